"""The decisions that several emitters share, each made once."""
