from compose2cfn.diagnostics import ComposeError as ComposeError
from compose2cfn.diagnostics import Diagnostic as Diagnostic
from compose2cfn.diagnostics import Location as Location
from compose2cfn.diagnostics import Severity as Severity
from compose2cfn.emitters import DEFAULT_EMITTERS as DEFAULT_EMITTERS
from compose2cfn.files import Disk as Disk
from compose2cfn.files import Memory as Memory
from compose2cfn.model.app import App as App
from compose2cfn.pipeline import convert as convert
from compose2cfn.pipeline import emit as emit
from compose2cfn.pipeline import installed_emitters as installed_emitters
from compose2cfn.pipeline import load as load
from compose2cfn.stack.items import Emitter as Emitter
from compose2cfn.stack.items import emitter as emitter
from compose2cfn.stack.result import Result as Result

__version__: str
