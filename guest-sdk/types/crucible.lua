---@meta crucible
-- Made by `npm run stdlib` from docs/stdlib.json; do not edit. For lua-language-server: add this folder to "workspace.library".

---What a plugin can call.
---@class crucible
crucible = {}

---null inside of lists
crucible.null = nil

---Marks a table as a list, so that an empty one becomes `[]`.
---@generic T
---@param items? T[]
---@return T[]
function crucible.list(items) end

---An error with a code, for `error`: `denied`, `not-found`, `invalid-arguments`, `conflict`, `rate-limited`, `transfer-limit`, `timeout`, `unavailable`, `guest-error`.
---@param code string
---@param message string
---@return { code: string, message: string }
function crucible.error(code, message) end

---The person's notes; the capabilities `kiln.read` and `kiln.write`.
---@class crucible.kiln
crucible.kiln = {}

---The text of a note.
---@param path string
---@return string
function crucible.kiln.read_note(path) end

---An object `{path, size_bytes, modified_ms}` about a note.
---@param path string
---@return { path: string, size_bytes: integer, modified_ms: integer }
function crucible.kiln.stat_note(path) end

---Whether there is such a note.
---@param path string
---@return boolean
function crucible.kiln.note_exists(path) end

---A list of objects as `stat_note` gives, for the folder and all below it; `""`, or nothing, is the whole kiln.
---@param folder? string
---@return { path: string, size_bytes: integer, modified_ms: integer }[]
function crucible.kiln.list_notes(folder) end

---Creates a note or replaces its text.
---@param path string
---@param text string
function crucible.kiln.write_note(path, text) end

---Creates a note; fails with `conflict` where there is one.
---@param path string
---@param text string
function crucible.kiln.create_note(path, text) end

---Removes a note.
---@param path string
function crucible.kiln.delete_note(path) end

---Search over the committed notes; the capability `search`.
---@class crucible.search
---@overload fun(text: string, options?: { mode?: ("text"|"semantic"|"hybrid"), folder?: string, tags?: string[], limit?: integer }): { path: string, title?: string, score: number, snippet: string, line: integer }[]
crucible.search = {}

---The notes that fit, best first, as objects `{path, title, score, snippet, line}`; options `{mode, folder, tags, limit}`, mode being `text`, `semantic` or `hybrid`.
---@param text string
---@param options? { mode?: ("text"|"semantic"|"hybrid"), folder?: string, tags?: string[], limit?: integer }
---@return { path: string, title?: string, score: number, snippet: string, line: integer }[]
function crucible.search.query(text, options) end

---As `query`, by words alone.
---@param text string
---@return { path: string, title?: string, score: number, snippet: string, line: integer }[]
function crucible.search.text(text) end

---As `query`, by meaning alone.
---@param text string
---@return { path: string, title?: string, score: number, snippet: string, line: integer }[]
function crucible.search.semantic(text) end

---As `query`, by words and by meaning.
---@param text string
---@return { path: string, title?: string, score: number, snippet: string, line: integer }[]
function crucible.search.hybrid(text) end

---The links between committed notes; the capability `graph`.
---@class crucible.graph
crucible.graph = {}

---The links that lead to a note, as objects `{source, target, resolved, kind, line}`.
---@param path string
---@return { source: string, target: string, resolved: boolean, kind: ("wikilink"|"markdown"|"embed"), line: integer }[]
function crucible.graph.backlinks(path) end

---The links that a note has, in the order of its text.
---@param path string
---@return { source: string, target: string, resolved: boolean, kind: ("wikilink"|"markdown"|"embed"), line: integer }[]
function crucible.graph.forward_links(path) end

---Walks the links from a note and gives objects `{path, depth, via}`; options `{strategy, direction, max_depth, max_notes, tags}`: breadth-first, forward, 3 links far and 1,000 notes at most where nothing else is said.
---@param start string
---@param options? { strategy?: ("breadth-first"|"depth-first"|"similarity"), direction?: ("forward"|"backward"|"both"), max_depth?: integer, max_notes?: integer, tags?: string[] }
---@return { path: string, depth: integer, via?: string }[]
function crucible.graph.traverse(start, options) end

---Values that outlive a call, each anything that can be JSON; the capability `state`.
---@class crucible.state
crucible.state = {}

---The value of a key, nothing where it is not set or has expired.
---@param key string
---@return (any|nil)
function crucible.state.get(key) end

---Sets a key.
---@param key string
---@param value any
function crucible.state.set(key, value) end

---Sets a key that is gone after so many milliseconds.
---@param key string
---@param value any
---@param ms integer
function crucible.state.set_for(key, value, ms) end

---Removes a key and tells whether it was set.
---@param key string
---@return boolean
function crucible.state.delete(key) end

---The keys that begin with the prefix, sorted.
---@param prefix? string
---@return string[]
function crucible.state.keys(prefix) end

---As `get`, in a scope.
---@param scope ("plugin"|"kiln"|"global")
---@param key string
---@return (any|nil)
function crucible.state.get_in(scope, key) end

---As `set`, in a scope.
---@param scope ("plugin"|"kiln"|"global")
---@param key string
---@param value any
function crucible.state.set_in(scope, key, value) end

---As `set_for`, in a scope.
---@param scope ("plugin"|"kiln"|"global")
---@param key string
---@param value any
---@param ms integer
function crucible.state.set_for_in(scope, key, value, ms) end

---As `delete`, in a scope.
---@param scope ("plugin"|"kiln"|"global")
---@param key string
---@return boolean
function crucible.state.delete_in(scope, key) end

---As `keys`, in a scope.
---@param scope ("plugin"|"kiln"|"global")
---@param prefix? string
---@return string[]
function crucible.state.keys_in(scope, prefix) end

---HTTP requests; the capability `network`.
---@class crucible.network
crucible.network = {}

---Sends a GET request and gives the answer as an object `{status, url, headers, body}`, names of headers in lower case, the body a string where it is UTF-8, else bytes.
---@param url string
---@return crucible.network.Response
function crucible.network.get(url) end

---Sends a request `{url, method, headers, body, timeout_ms}` and gives the answer as `get` does.
---@param request { url: string, method?: string, headers?: table<string, string>, body?: string, timeout_ms?: integer }
---@return crucible.network.Response
function crucible.network.fetch(request) end

---An answer of the network.
---@class crucible.network.Response
---@field status integer
---@field url string
---@field headers table<string, string>
---@field body (string)
local Response = {}

---The body, read as JSON.
---@return any
function Response:json() end

---The time, which the person can freeze; the capability `clock`.
---@class crucible.clock
crucible.clock = {}

---Milliseconds since 1970-01-01 UTC.
---@return integer
function crucible.clock.now_ms() end

---Nanoseconds since a moment before the call; never goes back.
---@return integer
function crucible.clock.monotonic_ns() end

---The person's offset from UTC at that moment, in minutes, east positive.
---@param at_ms integer
---@return integer
function crucible.clock.utc_offset_minutes(at_ms) end

---Numbers from the seed of the call; always there.
---@class crucible.random
crucible.random = {}

---A whole number from low to high, both included.
---@param low integer
---@param high integer
---@return integer
function crucible.random.range(low, high) end

---A number from 0 to 1, without 1.
---@return number
function crucible.random.float() end

---53 random bits as a whole number.
---@return integer
function crucible.random.bits() end

---Random bytes.
---@param count integer
---@return string
function crucible.random.bytes(count) end

---One of the items; nothing where there is none.
---@param items any[]
---@return (any|nil)
function crucible.random.choose(items) end

---The items in another order, as a new list.
---@param items any[]
---@return any[]
function crucible.random.shuffle(items) end

---Messages for the person who runs the plugin; always there.
---@class crucible.log
crucible.log = {}

---A message for whoever looks for a fault; what is no string is written as JSON.
---@param message any
function crucible.log.debug(message) end

---A message for the person.
---@param message any
function crucible.log.info(message) end

---A message about what may be wrong.
---@param message any
function crucible.log.warn(message) end

---A message about what went wrong.
---@param message any
function crucible.log.error(message) end

---Notes that log the work of agents; the capability `session`.
---@class crucible.session
crucible.session = {}

---The sessions, newest first: 100 at most where no limit is given.
---@param limit? integer
---@return crucible.session.Session[]
function crucible.session.list_sessions(limit) end

---The session that a note logs.
---@param path string
---@return crucible.session.Session
function crucible.session.open(path) end

---A session.
---@class crucible.session.Session
---@field path string
local Session = {}

---The phases of a session, as objects `{name, agent, channel, input, output, status, duration_ms, tokens}`.
---@return { name: string, agent?: string, channel?: string, input?: string, output?: string, status: ("pending"|"running"|"done"|"failed"|"skipped"), duration_ms?: integer, tokens?: integer }[]
function Session:phases() end

---Adds an event, anything that can be JSON.
---@param event any
function Session:append(event) end

---Other plugins; the capability `plugins`.
---@class crucible.plugins
crucible.plugins = {}

---The plugins that this one may call, as objects `{name, version, description, exports}`.
---@return { name: string, version: string, description: string, exports: string[] }[]
function crucible.plugins.list_plugins() end

---Calls a tool that another plugin exports and gives what it returned.
---@param plugin string
---@param tool string
---@param args any
---@return any
function crucible.plugins.call(plugin, tool, args) end

---Calls a tool once per input, on as many threads as there are; `""` is this plugin. Gives a list of `{ok = value}` or `{error = {code, message}}`, in the order of the inputs.
---@param plugin string
---@param tool string
---@param inputs any[]
---@return { ok?: any, error?: { code: string, message: string } }[]
function crucible.plugins.map(plugin, tool, inputs) end

---Rules and queries; the capability `datalog`.
---@class crucible.datalog
crucible.datalog = {}

---A program from its rules; fails with the line of the first error.
---@param rules string
---@return crucible.datalog.Program
function crucible.datalog.parse(rules) end

---Rules with the facts that were added to them.
---@class crucible.datalog.Program
local Program = {}

---Adds facts to a relation: a list of lists.
---@param relation string
---@param rows any[][]
function Program:insert(relation, rows) end

---Removes facts.
---@param relation string
---@param rows any[][]
function Program:retract(relation, rows) end

---The rows that match a goal such as `path(a, X)`, as a list of lists.
---@param goal string
---@return any[][]
function Program:query(goal) end

---The person at the screen; the capability `ui`.
---@class crucible.ui
crucible.ui = {}

---Asks yes or no; nothing where the person declined to answer.
---@param question string
---@return (boolean|nil)
function crucible.ui.confirm(question) end

---Asks for a line of text.
---@param question string
---@return (string|nil)
function crucible.ui.text(question) end

---Asks for one of the choices, 2 to 100 strings.
---@param question string
---@param choices string[]
---@return (string|nil)
function crucible.ui.choose(question, choices) end

---Tells how far the work is: 0 to 1, or nothing where that is unknown.
---@param fraction (number|nil)
---@param message string
function crucible.ui.progress(fraction, message) end

---JSON text.
---@class crucible.json
crucible.json = {}

---The value of a JSON text.
---@param text string
---@return any
function crucible.json.parse(text) end

---The JSON text of a value, keys sorted.
---@param value any
---@return string
function crucible.json.stringify(value) end

---Graphs of a plugin's own data or of the kiln's links, and what is computed on them.
---@class crucible.algorithms
crucible.algorithms = {}

---A graph of notes and the links between them, weighted by how many there are: the notes of a folder (the whole kiln where none is given), or with `start` those that `graph.traverse` finds from there in both directions. Needs the grant `graph`, and `kiln.read` for a folder.
---@param options? { folder?: string, start?: string, max_depth?: integer, max_notes?: integer, tags?: string[] }
---@return crucible.algorithms.Graph
function crucible.algorithms.kiln_graph(options) end

---A graph: nodes with names and edges with weights. Answers are in the order in which nodes and edges came, where nothing else is said.
---@class crucible.algorithms.Graph
crucible.algorithms.Graph = {}

---A graph of these nodes and edges; edges have a direction unless `directed` is false.
---@param options? { directed?: boolean, nodes?: string[], edges?: { from: string, to: string, weight?: number }[] }
---@return crucible.algorithms.Graph
function crucible.algorithms.Graph.new(options) end

---Adds a node, if it is not there.
---@param node string
function crucible.algorithms.Graph:add_node(node) end

---Adds an edge, and the nodes that are missing; where there is one, changes its weight. Weights are numbers from 0; 1 where none is given.
---@param from string
---@param to string
---@param weight? number
function crucible.algorithms.Graph:add_edge(from, to, weight) end

---Whether there is such a node.
---@param node string
---@return boolean
function crucible.algorithms.Graph:has_node(node) end

---The weight of an edge; nothing where there is none.
---@param from string
---@param to string
---@return (number|nil)
function crucible.algorithms.Graph:weight(from, to) end

---The names of all nodes.
---@return string[]
function crucible.algorithms.Graph:nodes() end

---All edges, `{from, to, weight}`.
---@return { from: string, to: string, weight?: number }[]
function crucible.algorithms.Graph:edges() end

---How many nodes there are.
---@return integer
function crucible.algorithms.Graph:len() end

---Where the edges of a node lead.
---@param node string
---@return string[]
function crucible.algorithms.Graph:neighbors(node) end

---A new graph with every edge the other way round.
---@return crucible.algorithms.Graph
function crucible.algorithms.Graph:reversed() end

---The nodes that can be reached, nearest first, each with the number of edges to it.
---@param start string
---@return { node: string, depth: integer }[]
function crucible.algorithms.Graph:breadth_first(start) end

---The nodes that can be reached, in the order in which a walk meets them that goes on as far as it can first.
---@param start string
---@return string[]
function crucible.algorithms.Graph:depth_first(start) end

---The path with the smallest sum of weights (Dijkstra), nothing where there is none. With a function that gives what the rest of the way costs at least, fewer nodes are looked at (A*).
---@param from string
---@param to string
---@param heuristic? (fun(node: string, goal: string): number)
---@return ({ nodes: string[], cost: number }|nil)
function crucible.algorithms.Graph:shortest_path(from, to, heuristic) end

---The nodes that can be reached, nearest first, each with the cost of its shortest path.
---@param from string
---@return { node: string, cost: number }[]
function crucible.algorithms.Graph:distances(from) end

---Groups of nodes that hang together whatever the direction of edges, largest first.
---@return string[][]
function crucible.algorithms.Graph:components() end

---Groups of nodes each of which can be reached from each, largest first.
---@return string[][]
function crucible.algorithms.Graph:strong_components() end

---The nodes, each after all that lead to it; a cycle is a `conflict` that names it.
---@return string[]
function crucible.algorithms.Graph:topological_order() end

---The nodes in groups: those that nothing leads to, those that only these lead to, and so on; a cycle is a `conflict` that names it.
---@return string[][]
function crucible.algorithms.Graph:layers() end

---PageRank, highest first; the scores add up to 1. `damping` is 0.85 where nothing is said; it ends after `iterations` (100), or when the scores change by less than `tolerance` (1e-9) in all.
---@param options? { damping?: number, iterations?: integer, tolerance?: number }
---@return { node: string, score: number }[]
function crucible.algorithms.Graph:page_rank(options) end

---How much each node matters, highest first, from 0 to 1 (`degree` of a directed graph: to 2); edges count 1 each.
---@param measure ("degree"|"closeness"|"betweenness")
---@return { node: string, score: number }[]
function crucible.algorithms.Graph:centrality(measure) end

---Groups with more edges inside than between (Louvain), largest first. A resolution above 1 gives smaller groups.
---@param resolution? number
---@return string[][]
function crucible.algorithms.Graph:communities(resolution) end

---How well groups of all nodes divide the graph: the share of edges inside of them, less what chance would give.
---@param groups string[][]
---@return number
function crucible.algorithms.Graph:modularity(groups) end

---The graph in Graphviz's language.
---@return string
function crucible.algorithms.Graph:to_dot() end

---State machines.
---@class crucible.machine
crucible.machine = {}

---A state machine: it is in one of its states, and events take it to others along its transitions. Callbacks get `{event, from, to, data}`.
---@class crucible.machine.StateMachine
crucible.machine.StateMachine = {}

---A machine in its initial state. Unknown states, transitions that leave a final state and those that could never be taken are refused.
---@param definition { initial: string, states: (string|{ name: string, on_enter?: (fun(step: { event: string, from: string, to: string, data?: any }): any), on_exit?: (fun(step: { event: string, from: string, to: string, data?: any }): any), final?: boolean })[], transitions: { event: string, from: string, to: string, guard?: (fun(step: { event: string, from: string, to: string, data?: any }): boolean), action?: (fun(step: { event: string, from: string, to: string, data?: any }): any) }[] }
---@return crucible.machine.StateMachine
function crucible.machine.StateMachine.new(definition) end

---The name of the state that it is in.
---@return string
function crucible.machine.StateMachine:state() end

---The events that the state knows; guards are not asked.
---@return string[]
function crucible.machine.StateMachine:events() end

---Whether the state is a final one.
---@return boolean
function crucible.machine.StateMachine:is_final() end

---Whether the event would be taken; guards are asked.
---@param event string
---@param data? any
---@return boolean
function crucible.machine.StateMachine:can(event, data) end

---Takes the first transition of the event whose guard agrees and gives the new state: `on_exit` of the old one, the `action`, `on_enter` of the new one. When one of them fails, the machine stays where it was. `conflict` where the state does not know the event, or its guards refuse.
---@param event string
---@param data? any
---@return string
function crucible.machine.StateMachine:send(event, data) end

---The last 1,000 steps, oldest first.
---@return { event: string, from: string, to: string }[]
function crucible.machine.StateMachine:history() end

---Where it is and was, as plain values.
---@return { state: string, history: { event: string, from: string, to: string }[] }
function crucible.machine.StateMachine:snapshot() end

---Puts it where a snapshot of such a machine says; no callback runs.
---@param snapshot { state: string, history: { event: string, from: string, to: string }[] }
function crucible.machine.StateMachine:restore(snapshot) end

---Keeps the snapshot in the plugin's state under this key; needs the grant `state`.
---@param key string
function crucible.machine.StateMachine:save(key) end

---Restores what `save` kept and tells whether there was anything; needs the grant `state`.
---@param key string
---@return boolean
function crucible.machine.StateMachine:load(key) end

---The machine in Graphviz's language, its state filled.
---@return string
function crucible.machine.StateMachine:to_dot() end

---Steps that depend on each other, run in waves.
---@class crucible.workflow
crucible.workflow = {}

---Steps that depend on each other. Each is a function, or a tool of this plugin or another; what only reads runs beside each other.
---@class crucible.workflow.Workflow
crucible.workflow.Workflow = {}

---A workflow without steps. `on_error` says what a step that fails does: `fail` ends the run with its error (where nothing is said), `skip` skips what depends on it, `continue` runs that without its value.
---@param options? { on_error?: ("fail"|"skip"|"continue") }
---@return crucible.workflow.Workflow
function crucible.workflow.Workflow.new(options) end

---Adds a step. `run` is called with `{input, results, attempt}`: the run's input, and the values of the steps in `after`. `tool` is called with `args`, or with what `args` gives as a function of the same, or else with the same; `plugin` is this one where it is left out; a tool that `writes` runs alone, the others only read. `retries` more attempts follow a failure at once, as long as `retry_if` agrees: nothing waits in between. The failure of a `critical` step always ends the run, that of an `optional` one is only reported.
---@param step { name: string, after?: string[], run?: (fun(context: { input?: any, results: table<string, any>, attempt: integer }): any), tool?: { plugin?: string, name: string, args?: any, writes?: boolean }, retries?: integer, retry_if?: (fun(problem: { code: string, message: string, attempt: integer }): boolean), critical?: boolean, optional?: boolean }
function crucible.workflow.Workflow:add_step(step) end

---The names of the steps, as they were added.
---@return string[]
function crucible.workflow.Workflow:steps() end

---The names of the steps, each after all that it needs; a cycle is a `conflict` that names it.
---@return string[]
function crucible.workflow.Workflow:order() end

---The names of the steps in groups, each of which needs only groups before it; a cycle is a `conflict` that names it.
---@return string[][]
function crucible.workflow.Workflow:waves() end

---Runs all steps, wave after wave, and reports: `ok` where none failed that is not optional, `results` by step, and how each step ended, in the order in which they were added. Tools need the grant `plugins`.
---@param input? any
---@return { ok: boolean, results: table<string, any>, steps: { name: string, status: ("done"|"failed"|"skipped"), attempts: integer, value?: any, error?: { code: string, message: string } }[] }
function crucible.workflow.Workflow:run(input) end

---The workflow in Graphviz's language; critical steps are bold, optional ones dashed.
---@return string
function crucible.workflow.Workflow:to_dot() end

---Containers that a language may lack, and functions over lists. Items are copied in and out.
---@class crucible.collections
crucible.collections = {}

---The items, sorted by the key that the function gives for each: numbers before strings, strings by their code points; equal keys keep their order.
---@param items any[]
---@param key (fun(item: any): (number|string))
---@return any[]
function crucible.collections.sort_by(items, key) end

---The items in groups `{key, items}` by the string that the function gives for each, in the order in which keys first came.
---@param items any[]
---@param key (fun(item: any): string)
---@return { key: string, items: any[] }[]
function crucible.collections.group_by(items, key) end

---A queue open at both ends: first in, first out with `push` and `pop`, a stack with `push` and `pop_back`.
---@class crucible.collections.Queue
crucible.collections.Queue = {}

---A queue of the items, or an empty one.
---@param items? any[]
---@return crucible.collections.Queue
function crucible.collections.Queue.new(items) end

---Adds an item at the back.
---@param item any
function crucible.collections.Queue:push(item) end

---Adds an item at the front.
---@param item any
function crucible.collections.Queue:push_front(item) end

---Takes the item at the front; nothing where there is none.
---@return (any|nil)
function crucible.collections.Queue:pop() end

---Takes the item at the back; nothing where there is none.
---@return (any|nil)
function crucible.collections.Queue:pop_back() end

---The item at the front, which stays there.
---@return (any|nil)
function crucible.collections.Queue:peek() end

---How many items there are.
---@return integer
function crucible.collections.Queue:len() end

---Takes all items.
function crucible.collections.Queue:clear() end

---The items, from the front to the back.
---@return any[]
function crucible.collections.Queue:to_list() end

---A queue in which the item with the lowest priority comes first, equal ones in the order in which they came.
---@class crucible.collections.PriorityQueue
crucible.collections.PriorityQueue = {}

---An empty queue.
---@return crucible.collections.PriorityQueue
function crucible.collections.PriorityQueue.new() end

---Adds an item.
---@param item any
---@param priority number
function crucible.collections.PriorityQueue:push(item, priority) end

---Takes the first item; nothing where there is none.
---@return (any|nil)
function crucible.collections.PriorityQueue:pop() end

---The first item and its priority, which stay there; nothing where there is none.
---@return ({ item: any, priority: number }|nil)
function crucible.collections.PriorityQueue:peek() end

---How many items there are.
---@return integer
function crucible.collections.PriorityQueue:len() end

---The items, in the order in which they would come.
---@return any[]
function crucible.collections.PriorityQueue:to_list() end

---A set of strings, sorted by their code points.
---@class crucible.collections.Set
crucible.collections.Set = {}

---A set of the items, or an empty one.
---@param items? string[]
---@return crucible.collections.Set
function crucible.collections.Set.new(items) end

---Adds an item and tells whether it is new.
---@param item string
---@return boolean
function crucible.collections.Set:add(item) end

---Removes an item and tells whether it was there.
---@param item string
---@return boolean
function crucible.collections.Set:remove(item) end

---Whether the item is there.
---@param item string
---@return boolean
function crucible.collections.Set:has(item) end

---How many items there are.
---@return integer
function crucible.collections.Set:len() end

---A new set of what is in one or the other.
---@param other crucible.collections.Set
---@return crucible.collections.Set
function crucible.collections.Set:union(other) end

---A new set of what is in both.
---@param other crucible.collections.Set
---@return crucible.collections.Set
function crucible.collections.Set:intersection(other) end

---A new set of what is in this one only.
---@param other crucible.collections.Set
---@return crucible.collections.Set
function crucible.collections.Set:difference(other) end

---Whether all items are in the other, too.
---@param other crucible.collections.Set
---@return boolean
function crucible.collections.Set:is_subset(other) end

---The items, sorted.
---@return string[]
function crucible.collections.Set:to_list() end

---A tree of named nodes, each with a value; children keep their order, and there may be several roots.
---@class crucible.collections.Tree
crucible.collections.Tree = {}

---An empty tree.
---@return crucible.collections.Tree
function crucible.collections.Tree.new() end

---Adds a node as the last child of its parent, or as a root; a name that is there is a `conflict`.
---@param node string
---@param parent? string
---@param value? any
function crucible.collections.Tree:add(node, parent, value) end

---Whether there is such a node.
---@param node string
---@return boolean
function crucible.collections.Tree:has(node) end

---How many nodes there are.
---@return integer
function crucible.collections.Tree:len() end

---The value of a node.
---@param node string
---@return any
function crucible.collections.Tree:value(node) end

---Changes the value of a node.
---@param node string
---@param value? any
function crucible.collections.Tree:set_value(node, value) end

---The node above; nothing for a root.
---@param node string
---@return (string|nil)
function crucible.collections.Tree:parent(node) end

---The nodes below, in their order; the roots where no node is given.
---@param node? string
---@return string[]
function crucible.collections.Tree:children(node) end

---The nodes above, from the parent to the root.
---@param node string
---@return string[]
function crucible.collections.Tree:ancestors(node) end

---A node and all below it, or all nodes, each with its depth from there: before its children (`pre`, where nothing is said), behind them (`post`), or one depth after the other (`breadth`).
---@param order? ("pre"|"post"|"breadth")
---@param node? string
---@return { node: string, depth: integer }[]
function crucible.collections.Tree:walk(order, node) end

---Puts a node and all below it under another, as its last child, or makes it a root; under itself is a `conflict`.
---@param node string
---@param parent? string
function crucible.collections.Tree:move_to(node, parent) end

---Removes a node and all below it, and gives how many these were.
---@param node string
---@return integer
function crucible.collections.Tree:remove(node) end

---Strings as people see them, of any alphabet.
---@class crucible.text
crucible.text = {}

---How many characters there are, as people count them.
---@param text string
---@return integer
function crucible.text.len(text) end

---The characters, as people see them.
---@param text string
---@return string[]
function crucible.text.characters(text) end

---The words, without what stands between them.
---@param text string
---@return string[]
function crucible.text.words(text) end

---How many words there are.
---@param text string
---@return integer
function crucible.text.word_count(text) end

---The lines, without what ends them.
---@param text string
---@return string[]
function crucible.text.lines(text) end

---What stands between the separators.
---@param text string
---@param separator string
---@return string[]
function crucible.text.split(text, separator) end

---The text with every `from` as `to`; neither is a pattern.
---@param text string
---@param from string
---@param to string
---@return string
function crucible.text.replace(text, from, to) end

---In small letters, of any alphabet.
---@param text string
---@return string
function crucible.text.lower(text) end

---In capital letters, of any alphabet.
---@param text string
---@return string
function crucible.text.upper(text) end

---Every word with a capital first letter.
---@param text string
---@return string
function crucible.text.title(text) end

---Without white space at its ends.
---@param text string
---@return string
function crucible.text.trim(text) end

---Without white space at its ends, and with one space for all other.
---@param text string
---@return string
function crucible.text.squeeze(text) end

---For a file name or an address: letters and digits of any alphabet in small letters, a hyphen for what is between them.
---@param text string
---@return string
function crucible.text.slug(text) end

---With so many of `fill`, or spaces, in front that it has the width.
---@param text string
---@param width integer
---@param fill? string
---@return string
function crucible.text.pad_start(text, width, fill) end

---With so many of `fill`, or spaces, behind it that it has the width.
---@param text string
---@param width integer
---@param fill? string
---@return string
function crucible.text.pad_end(text, width, fill) end

---The text where it is not wider than so many characters, else its beginning and the ellipsis (`…`), as wide together.
---@param text string
---@param width integer
---@param ellipsis? string
---@return string
function crucible.text.truncate(text, width, ellipsis) end

---Broken at white space into lines of so many characters, each paragraph for itself; longer words have lines of their own.
---@param text string
---@param width integer
---@return string
function crucible.text.wrap(text, width) end

---Without the white space that all lines begin with; lines of nothing else become empty.
---@param text string
---@return string
function crucible.text.dedent(text) end

---With the prefix before every line that is not empty.
---@param text string
---@param prefix string
---@return string
function crucible.text.indent(text, prefix) end

---How many code points must be changed, added or taken to make one of the other (Levenshtein).
---@param one string
---@param other string
---@return integer
function crucible.text.distance(one, other) end

---How alike they are: 1 where they are equal, 0 where nothing is, by `distance`.
---@param one string
---@param other string
---@return number
function crucible.text.similarity(one, other) end

---Paths of notes and folders, from the kiln's root; none leaves the kiln.
---@class crucible.path
crucible.path = {}

---The parts one below the other, normalised.
---@param parts string[]
---@return string
function crucible.path.join(parts) end

---Without `.`, `..` and empty parts; what would leave the kiln is `invalid-arguments`.
---@param path string
---@return string
function crucible.path.normalise(path) end

---The folder that it is in; an empty string at the root.
---@param path string
---@return string
function crucible.path.dirname(path) end

---The last part.
---@param path string
---@return string
function crucible.path.basename(path) end

---The last part without its extension.
---@param path string
---@return string
function crucible.path.stem(path) end

---The extension, without its dot; an empty string where there is none.
---@param path string
---@return string
function crucible.path.extension(path) end

---With another extension, given without its dot; an empty one takes it away.
---@param path string
---@param extension string
---@return string
function crucible.path.with_extension(path, extension) end

---How a link in a note of the folder `from` would lead to `to`.
---@param from string
---@param to string
---@return string
function crucible.path.relative(from, to) end

---Whether it is the folder, or below it.
---@param path string
---@param folder string
---@return boolean
function crucible.path.is_within(path, folder) end

---Patterns that are matched in linear time.
---@class crucible.regex
crucible.regex = {}

---A pattern that matches exactly this text.
---@param text string
---@return string
function crucible.regex.escape(text) end

---A compiled pattern, in the syntax of the Rust crate `regex-lite`: no look-around and no back-references, so that matching takes time in proportion to the text. `\w`, `\d`, `\s`, `\b` and the flag `i` know the letters of ASCII only.
---@class crucible.regex.Regex
crucible.regex.Regex = {}

---Compiles a pattern. Flags: `i` without case, `m` where `^` and `$` mean lines, `s` where `.` matches the end of a line too, `x` where white space in the pattern means nothing.
---@param pattern string
---@param flags? string
---@return crucible.regex.Regex
function crucible.regex.Regex.new(pattern, flags) end

---Whether it matches anywhere.
---@param text string
---@return boolean
function crucible.regex.Regex:is_match(text) end

---The first match, nothing where there is none: its text, where it begins and ends in code points from 0, what each group matched, and those with names.
---@param text string
---@return ({ text: string, start: integer, end: integer, groups: (string|nil)[], names: table<string, string> }|nil)
function crucible.regex.Regex:find(text) end

---All matches that do not overlap, as `find` gives one.
---@param text string
---@return { text: string, start: integer, end: integer, groups: (string|nil)[], names: table<string, string> }[]
function crucible.regex.Regex:find_all(text) end

---The text with every match replaced: by a string, in which `$1` or `${name}` is what a group matched and `$$` a dollar sign, or by what a function gives for the match.
---@param text string
---@param by (string|(fun(match: { text: string, start: integer, end: integer, groups: (string|nil)[], names: table<string, string> }): string))
---@return string
function crucible.regex.Regex:replace(text, by) end

---What stands between the matches.
---@param text string
---@return string[]
function crucible.regex.Regex:split(text) end

---Moments, in milliseconds since 1970-01-01 UTC, and the calendar. Offsets from UTC are in minutes, east positive; `clock.utc_offset_minutes` is the person's.
---@class crucible.date
crucible.date = {}

---The moment; needs the grant `clock`.
---@return integer
function crucible.date.now() end

---The moment of `2026-11-21`, `2026-11-21T12:34:56.789+01:00` (RFC 3339; without an offset it is UTC, seconds may be left out) or a date of mail (RFC 2822).
---@param text string
---@return integer
function crucible.date.parse(text) end

---The moment of a text in the form of a `strftime` pattern such as `%d.%m.%Y %H:%M`: midnight where it has no time of day, UTC where it has no offset.
---@param text string
---@param pattern string
---@return integer
function crucible.date.parse_as(text, pattern) end

---As RFC 3339 writes it, `2026-11-21T12:34:56Z`.
---@param ms integer
---@param offset_minutes? integer
---@return string
function crucible.date.format(ms, offset_minutes) end

---As a `strftime` pattern says, names in English: `%A, %e %B %Y`.
---@param ms integer
---@param pattern string
---@param offset_minutes? integer
---@return string
function crucible.date.format_as(ms, pattern, offset_minutes) end

---As RFC 2822 writes it, `Sat, 21 Nov 2026 12:34:56 +0000`.
---@param ms integer
---@param offset_minutes? integer
---@return string
function crucible.date.format_mail(ms, offset_minutes) end

---The parts of the moment; weekdays count from Monday, 1, and weeks as ISO 8601 does.
---@param ms integer
---@param offset_minutes? integer
---@return { year: integer, month: integer, day: integer, hour: integer, minute: integer, second: integer, millisecond: integer, weekday: integer, day_of_year: integer, iso_year: integer, iso_week: integer }
function crucible.date.parts(ms, offset_minutes) end

---The moment of these parts, what is left out being the first or zero; one that there is not, such as 30 February, is `invalid-arguments`.
---@param parts { year: integer, month?: integer, day?: integer, hour?: integer, minute?: integer, second?: integer, millisecond?: integer }
---@param offset_minutes? integer
---@return integer
function crucible.date.from_parts(parts, offset_minutes) end

---The moment that much later, or earlier where amounts are negative: years and months first, the day staying within its month, then weeks and days, then the time.
---@param ms integer
---@param duration { years?: integer, months?: integer, weeks?: integer, days?: integer, hours?: integer, minutes?: integer, seconds?: integer, milliseconds?: integer }
---@param offset_minutes? integer
---@return integer
function crucible.date.add(ms, duration, offset_minutes) end

---The time from one moment to the other; all amounts are negative where `to` is earlier.
---@param from integer
---@param to integer
---@return { days: integer, hours: integer, minutes: integer, seconds: integer, milliseconds: integer }
function crucible.date.difference(from, to) end

---The first moment of the year, the month, … that the moment is in; weeks begin on Monday.
---@param ms integer
---@param unit ("year"|"month"|"week"|"day"|"hour"|"minute"|"second")
---@param offset_minutes? integer
---@return integer
function crucible.date.start_of(ms, unit, offset_minutes) end

---YAML text, and the frontmatter of notes.
---@class crucible.yaml
crucible.yaml = {}

---The value of a YAML document (version 1.2, core schema). Refused, with the place: more than one document, a key that is there twice, tags other than those of the core schema, aliases that grow beyond a million values.
---@param text string
---@return any
function crucible.yaml.parse(text) end

---The YAML text of a value, keys sorted; what other readers could take for something else is in quotes.
---@param value any
---@return string
function crucible.yaml.stringify(value) end

---The fields of a note's frontmatter, and the text behind it; no fields where it has none.
---@param note string
---@return { fields: table<string, any>, body: string }
function crucible.yaml.frontmatter(note) end

---The note with these fields as its frontmatter, in place of what it had; without one where there are no fields.
---@param note string
---@param fields table<string, any>
---@return string
function crucible.yaml.with_frontmatter(note, fields) end

---The text of a note.
---@param path string
---@return string
function crucible.read_note(path) end

---Creates a note or replaces its text.
---@param path string
---@param text string
function crucible.write_note(path, text) end

---Creates a note; fails with `conflict` where there is one.
---@param path string
---@param text string
function crucible.create_note(path, text) end

---Removes a note.
---@param path string
function crucible.delete_note(path) end

---A list of objects as `stat_note` gives, for the folder and all below it; `""`, or nothing, is the whole kiln.
---@param folder? string
---@return { path: string, size_bytes: integer, modified_ms: integer }[]
function crucible.list_notes(folder) end
