"""What `omni dev` runs: every part of the product on one machine, loopback only, state in one folder."""
