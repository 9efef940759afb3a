"""Documents: templates filled with facts, frozen, signed, verified and kept on the case's shelf."""
