"""The plots of the world, by what they are about."""

from tinyworld.plots import kindness, success, trouble

PLOTS = kindness.PLOTS | trouble.PLOTS | success.PLOTS
