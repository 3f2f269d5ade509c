"""The bounds of this program itself: no input fills the memory or runs for ever.

They are checked before the work that they bound. `docs/security.md` lists them; what AWS bounds is
in the wings of the plan and in `stack/`.
"""

LARGEST_FILE = 16 * 1024 * 1024
"""Bytes of a file that are read by default."""
LONGEST_PATH = 4095
"""Bytes of a path that Linux accepts."""
LONGEST_STEP = 255
"""Bytes of each name in it."""
MOST_LINKS = 40
"""Links that are followed for one path, as on Linux."""
MOST_STEPS = 10_000
"""Folders that are looked into for one path; a way without links has at most 2,048."""

DEEPEST_VALUE = 200
"""How deep values may nest, in a file and in a template."""
MOST_IN_FILE = 500_000
"""Values of a file once its aliases are put in, and of a project once its files are merged."""
MOST_READ = 2 * MOST_IN_FILE
"""Values of all files of a run, each as often as it is included or extended."""
MOST_NESTED = 10 * MOST_IN_FILE
"""The sum of the levels of all values of a file."""
MOST_MENDED = 100
"""How often a text may be mended that Docker Compose can read and libyaml cannot."""
LARGEST_EXPANSION = 64 * 1024 * 1024
"""Characters of all files of a run, and of what aliases and variables put in."""
MOST_ITEMS = 70_000
"""Entries of a list once it is spelled out: a port range and some more."""

DEEPEST_SUBSTITUTION = 50
"""How deep substitutions may nest: ``${A:-${B:-c}}``."""
DEEPEST_INCLUDE = 50
"""How deeply files may include one another."""
MOST_INCLUDED = 500
"""How many files may be included."""
LONGEST_CHAIN = 100
"""How many services may extend one another in a chain."""

LARGEST_DOCKERFILE = 256 * 1024
"""Bytes of a Dockerfile, and of the patterns beside it, that are read."""
MOST_STAGES = 100
"""Stages of a Dockerfile; one with more is not looked into."""
MOST_VARIABLES = 1000
"""Variables of a stage; further ones count as unknown."""
LONGEST_PUT_IN = 4096
"""Characters that variables may bring into a text of a Dockerfile, or it counts as unknown."""
MOST_COPIES = 10_000
"""Sources of copies that are looked at for one image; what takes longer counts as unknown."""
LARGEST_IGNORE = 64 * 1024
"""Bytes of a ``.gitignore`` that is read."""
MOST_PATTERNS = 1000
"""How many patterns of a file count; a file with more of them leaves out what these say."""
MOST_LEVELS = 32
"""Folders from the top whose patterns are read, on the way to a path."""
MOST_FOLDER_ENTRIES = 5000
"""Entries of a folder that are looked at to see whether files are in it."""
MOST_ENTRIES_IN_ALL = 20 * MOST_FOLDER_ENTRIES
"""Entries of all folders that are looked at; a folder beyond that counts as one with files."""
MOST_COMPARED = 1_000_000
"""How often paths are compared with patterns, of which long ones count more often."""
MOST_CHECKED = 500
"""Files of a folder that are looked for in an image one by one."""
MOST_DELIVERED = 64
"""Files that a task's bind mounts may bring."""
LARGEST_DELIVERY = 32 * 1024
"""Bytes of a config, and of what a task's bind mounts bring: they are part of its definition."""

MOST_HINTS = 100
"""Unknown keys for which a known one that is like them is looked for; it takes milliseconds."""
MOST_FINDINGS = 1000
"""How many findings are told; one more says how many are left out."""
