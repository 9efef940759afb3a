"""Who is asking: a user, a party by their link, a court's or institution's system, or the system itself."""

from dataclasses import dataclass, field, replace

from engine.access.account import Account
from engine.access.models import ApiClient, BodyKind, Participant, PartyLink, Role, User


@dataclass(frozen=True)
class Actor:
    """One asker, with everything the policy looks at. Roles are read from the database for each request."""

    kind: str  # user, party, client, system, nobody
    name: str
    user_id: int | None = None
    participant_id: int | None = None
    case_id: int | None = None  # a party's one case
    client_id: int | None = None
    body_id: int | None = None  # a user's or client's body
    body_kind: str = ""
    link_id: int | None = None
    roles: dict[str, frozenset[int | None]] = field(default_factory=dict, hash=False)  # role → bodies; compared all the same
    person: "Actor | None" = None  # on whose behalf a body's system asks: it may what both may

    @classmethod
    def of_user(cls, user: User | Account) -> "Actor":
        """A signed-in person."""
        roles: dict[str, frozenset] = {}
        for grant in filter(lambda grant: grant.is_in_force, user.grants):
            roles[grant.role] = roles.get(grant.role, frozenset()) | {grant.body_id}
        return cls("user", user.name, user_id=user.id, body_id=user.body_id, roles=roles,
                   body_kind=user.body.kind if user.body else "")

    @classmethod
    def of_party(cls, link: PartyLink, participant: Participant) -> "Actor":
        """Somebody who came by a party link: one case, one participant."""
        return cls("party", participant.name, participant_id=participant.id, case_id=link.case_id, link_id=link.id)

    @classmethod
    def of_client(cls, client: ApiClient) -> "Actor":
        """A court's or institution's own system."""
        return cls("client", client.body.name, client_id=client.id, body_id=client.body_id, body_kind=client.body.kind)

    def on_behalf_of(self, user: User | Account) -> "Actor":
        """The same system, asking for one of its body's own people; of their roles only those at that body count."""
        person = Actor.of_user(user)
        roles = {role: frozenset({self.body_id}) for role, bodies in person.roles.items() if self.body_id in bodies}
        return replace(self, name=f"{self.name}（{user.name}）", person=replace(person, roles=roles))

    @property
    def alone(self) -> "Actor":
        """The system without the person for whom it asks."""
        return replace(self, person=None)

    def bodies(self, role: str) -> frozenset:
        """The bodies where this actor has a role; empty when they have not."""
        return self.roles.get(role, frozenset())

    def has(self, role: str) -> bool:
        return role in self.roles

    @property
    def is_system(self) -> bool:
        return self.kind == "system"

    @property
    def is_court_system(self) -> bool:
        return self.kind == "client" and self.body_kind == BodyKind.COURT

    @property
    def label(self) -> str:
        """How the trace names the actor: stable, without personal numbers."""
        return self.name


SYSTEM = Actor("system", "system")
NOBODY = Actor("nobody", "")

__all__ = ["NOBODY", "SYSTEM", "Actor", "Role"]
