"""What the islands of the designer say, in the reader's language; a test compares this list with their code."""

from flask_babel import gettext

from engine.i18n import _

ISLAND_WORDS = (
    _("General"), _("Name"), _("English name"), _("ID"), _("Letters, digits and underscores only."), _("This id is taken."),
    _("Role"), _("Who does the tasks of this lane"), _("(none)"), _("{value} (not there)"),
    _("Task for people"), _("Form"), _("Open the form"), _("Which person (expression)"),
    _("Needed for tasks of parties: the id of a participant."), _("Due (term)"),
    _("Due (expression)"), _("Priority (expression)"), _("Title in lists (expression)"),
    _("A day or a moment, such as term(\"T04\", case[\"received_at\"])."),
    _("\"urgent\", \"high\", \"ordinary\" or \"low\"; with case[…] it follows the facts of the case."),
    _("Given by itself"), _("to whoever has fewest"), _("by lot"), _("Rated by the table"),
    _("The mediator may lend it"), _("yes: it does not mediate"),
    _("Decides how a case ends"), _("no: people are only heard"),
    _("Signs the agreement as"), _("Ends"),
    _("the session"), _("party"), _("mediator"), _("organisation (seal)"),
    _("Operation"), _("Keep the result under"), _("Without a name the results become process data of their own names."),
    _("Results: {names}"), _("May throw: {names}"), _("Decision table"), _("Decision"), _("Called process"), _("Process"),
    _("Script"), _("Assignments, one per line"), _("Time"), _("Term (law or agreement)"), _("Kind of time"),
    _("An expression, or a span such as P7D."), _("at a moment"), _("after a span"), _("again and again"),
    _("Message, signal, error or escalation"), _("Name of the message"), _("Name of the signal"),
    _("Code of the error (empty: any)"), _("Code of the escalation (empty: any)"),
    _("Data store"), _("Name in process data"),
    _("One name is one store, in every process and case; without it the id counts."),
    _("Find a term"), _("Terms that stand still here"), _("Terms"), _("Because of"), _("Without it people read the name."),
    _("Ids or names, or mediation: the mediation term of the case."), _("Which version"), _("in force when a case begins"),
    _("in force when this one was published"), _("Data given"), _("Data taken back"), _("Nothing else goes in or comes back"),
    _("Everything goes in; only what is named comes back"),
    _("So that calls side by side, or for each of a list, do not write over one another."),
    _("Counted from (name in process data)"),
    _("The moment or the day that is kept under this name; without it, the term begins when the case comes here."),
    _("One per line: name = expression"), _("What it says (expression)"), _("Kept for"), _("Keep its content under"),
    _("A span such as P30D; without it 400 days."), _("Keys (names and values)"),
    _("Condition"), _("The case goes this way when"), _("Otherwise (default arrow)"),
    _("For each of a list"), _("List"), _("Name of each one"), _("Name of each result"), _("List of the results"),
    _("No more are needed when"), _("Stage"), _("From here on the case is"), _("Documentation"),
    _("Explanation, with its legal basis"), _("What expressions may use"), _("Elements"), _("Find an element"),
    _("Saving …"), _("Saved {at}"), _("Checking …"), _("Not saved yet"), _("Save"), _("Check"), _("Undo"), _("Redo"),
    _("Whole diagram"), _("Tools"), _("Diagram"), _("Properties of the selected element"), _("Findings"), _("Error"), _("Hint"),
    _("{errors} errors, {hints} hints"), _("Nothing found: the draft can be handed in."),
)


def island_words() -> dict[str, str]:
    """English → the reader's language."""
    return {word: gettext(word) for word in ISLAND_WORDS}
