"""Imports every model, for migrations and for `init_app`."""

from engine.access import handlers, passkeys, roster  # noqa: F401
from engine.access import models as access  # noqa: F401
from engine.audit import models as audit  # noqa: F401
from engine.cases import models as cases  # noqa: F401
from engine.cases import talk  # noqa: F401
from engine.courts import models as courts  # noqa: F401
from engine.deadlines import models as deadlines  # noqa: F401
from engine.documents import models as documents  # noqa: F401
from engine.exports import models as exports  # noqa: F401
from engine.inbox import models as inbox  # noqa: F401
from engine.mediation import models as mediation  # noqa: F401
from engine.notices import models as notices  # noqa: F401
from engine.processes import models as processes  # noqa: F401
from engine.tracks import models as tracks  # noqa: F401
from engine.workflow import doors, duties, motion, pieces, said, stores  # noqa: F401
from engine.workflow import models as workflow  # noqa: F401
