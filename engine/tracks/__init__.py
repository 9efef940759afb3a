"""Special tracks of mediation (DOMAIN §4): ways to an agreement, or to what can be used later, beside the usual session."""
