"""From a job to a result: plan, pools, run log, and the judge that stays outside of the jail."""
