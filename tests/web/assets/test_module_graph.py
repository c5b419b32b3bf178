from vetrina.web.assets.module_graph import needed_modules

FILES = {
    "/js/pages/viewer.js": b'import {\n  A,\n  B,\n} from "../live/a.js";\nimport "./theme.js";\n',
    "/js/pages/theme.js": b'export { C } from "../live/c.js";\nawait import("../live/d.js");',
    "/js/live/a.js": b'// from "./d.js"\nimport { C } from "./c.js";\nconst a = "./d.js";',
    "/js/live/c.js": b"import { A } from './a.js';\nimport { X } from './gone.js';",
    "/js/live/d.js": b"",
}


def test_everything_a_script_imports_comes_once_nearest_first():
    assert needed_modules("/js/pages/viewer.js", FILES) == [
        "/js/pages/viewer.js",
        "/js/live/a.js",
        "/js/pages/theme.js",
        "/js/live/c.js",
    ]


def test_a_script_that_imports_nothing_needs_itself():
    assert needed_modules("/js/live/d.js", FILES) == ["/js/live/d.js"]
