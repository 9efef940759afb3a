"""From a drawing to a version: folders, checks, scenarios, drafts, publishing."""
