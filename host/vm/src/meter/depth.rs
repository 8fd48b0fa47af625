//! Owns the count of stack: which functions are counted on entry, and how much stack each may need. It must never let a contract
//! reach the end of the native stack, nor depend on how the engine lays out its frames.
//!
//! A path through the call graph can only grow without bound through a cycle. So only functions that close a cycle are counted, and
//! those the host calls. On entry there must be room for the longest path from it that meets no other counted function; taken, for
//! as long as it runs, is only the longest of these paths that leads to another one. For of all that a counted function may call in
//! vain (in most contracts the way to a panic and its text is by far the longest), nothing is left when the next is entered.
//! A frame is priced by its structure: a compiled function has at most one slot of eight bytes for each parameter, local, operator
//! that leaves a new value, and value that enters or leaves a block, whatever the compiler makes of it. The native stack holds twice
//! the budget.
//!
//! An indirect call may reach every function in the table with the type it names.

use std::collections::BTreeMap;

use wasm_encoder::{BlockType, Function, Instruction};
use wasmparser::FuncType;

use super::inline::Inlining;
use super::module::{Module, position};

/// The stack one instance may use, in bytes as priced here. Part of consensus.
pub(crate) const STACK_BYTES: usize = 32 * 1024 * 1024;

/// A frame without any value: return address, saved registers, arguments passed on.
const FRAME_BYTES: u64 = 128;
/// One value that may have to be kept.
const SLOT_BYTES: u64 = 8;

/// Imports that have the contract allocate before they return: `allocate` is entered above whatever called them.
const CALLING_BACK: [&str; 10] = [
    "db_read",
    "db_next",
    "db_next_key",
    "db_next_value",
    "addr_validate",
    "addr_canonicalize",
    "addr_humanize",
    "query_chain",
    "secp256k1_recover_pubkey",
    "secp256r1_recover_pubkey",
];

/// The functions that are counted on entry.
pub(super) struct Depths {
    imports: u32,
    /// What functions take in, which adds to their stack.
    pub(super) inlining: Inlining,
    functions: Vec<Option<Counted>>,
}

/// A function that is counted on entry.
#[derive(Clone)]
pub(super) struct Counted {
    /// The index of its type.
    pub(super) ty: u32,
    params: u32,
    /// The longest path from it: what must be left.
    room: u64,
    /// The longest path to another counted function: what is taken.
    taken: u64,
}

impl Depths {
    /// What is counted on entry to the function with this index among those of the module.
    pub(super) fn of(&self, function: u32) -> Option<&Counted> {
        self.functions.get(position(function))?.as_ref()
    }

    /// All counted functions, in order of their indices.
    pub(super) fn counted(&self) -> Vec<&Counted> {
        self.functions.iter().flatten().collect()
    }

    /// The index of the n-th counted function's body, which moves behind all functions.
    pub(super) fn moved_to(&self, n: usize) -> u32 {
        let behind = self.functions.len().saturating_add(n);
        self.imports
            .saturating_add(u32::try_from(behind).unwrap_or(u32::MAX))
    }
}

/// The body that stands in the place of a counted function: it looks for room, takes the stack, calls the function, and gives the
/// stack back.
pub(super) fn counting(function: &Counted, target: u32, counter: u32) -> Vec<u8> {
    let signed = |bytes: u64| i64::try_from(bytes).unwrap_or(i64::MAX);
    let (room, taken) = (signed(function.room), signed(function.taken));
    let mut body = Function::new([]);
    add(&mut body, counter, room.saturating_neg());
    for instruction in [
        Instruction::GlobalGet(counter),
        Instruction::I64Const(0),
        Instruction::I64LtS,
        Instruction::If(BlockType::Empty),
        Instruction::Unreachable,
        Instruction::End,
    ] {
        body.instruction(&instruction);
    }
    add(&mut body, counter, room.saturating_sub(taken));
    for param in 0..function.params {
        body.instruction(&Instruction::LocalGet(param));
    }
    body.instruction(&Instruction::Call(target));
    add(&mut body, counter, taken);
    body.instruction(&Instruction::End);
    body.into_raw_body()
}

/// Adds to the counter, unless it is nothing.
fn add(body: &mut Function, counter: u32, bytes: i64) {
    if bytes == 0 {
        return;
    }
    for instruction in [
        Instruction::GlobalGet(counter),
        Instruction::I64Const(bytes),
        Instruction::I64Add,
        Instruction::GlobalSet(counter),
    ] {
        body.instruction(&instruction);
    }
}

/// Decides which functions of a validated module are counted.
pub(super) fn plan(module: &Module<'_>) -> Depths {
    let mut graph = Graph::of(module);
    let is_counted = |place: usize| graph.nodes.get(place).is_some_and(|node| node.counted);
    let inlining = Inlining::plan(module, is_counted);
    graph.add_taken_in(&inlining);
    let longest = graph.longest_paths();
    let functions = module.functions.iter().zip(graph.nodes.iter().zip(longest));
    let functions = functions.map(|(function, (node, path))| {
        node.counted.then(|| Counted {
            ty: function.ty,
            params: module.params(function.ty),
            room: path.any,
            taken: path.to_counted.unwrap_or(0),
        })
    });
    Depths {
        imports: module.imports,
        inlining,
        functions: functions.collect(),
    }
}

fn calls_back(module: &Module<'_>, function: u32) -> bool {
    let import = module.import_names.get(position(function));
    import.is_some_and(|name| CALLING_BACK.contains(name))
}

/// The call graph: first the functions, then one node for each type that is called through the table.
struct Graph {
    nodes: Vec<Node>,
    functions: usize,
}

#[derive(Default)]
struct Node {
    bytes: u64,
    next: Vec<usize>,
    counted: bool,
    /// Whether it calls an import that enters a counted function.
    calls_back: bool,
    /// Of a type: whether one of the functions that it reaches is counted.
    reaches_counted: bool,
}

impl Graph {
    fn of(module: &Module<'_>) -> Self {
        let functions = module.functions.len();
        let mut tables = Tables::of(module);
        let table_calls_back = module.referenced.iter().any(|f| calls_back(module, *f));
        let mut nodes: Vec<Node> = Vec::with_capacity(functions);
        for function in &module.functions {
            let params = u64::from(module.params(function.ty));
            let slots = function.slots.saturating_add(params);
            let direct = function.calls.iter().filter_map(|call| module.place(*call));
            let mut next: Vec<usize> = direct.collect();
            for ty in &function.calls_through_table {
                next.push(functions.saturating_add(tables.node(module, *ty)));
            }
            next.sort_unstable();
            next.dedup();
            nodes.push(Node {
                bytes: FRAME_BYTES.saturating_add(slots.saturating_mul(SLOT_BYTES)),
                next,
                counted: false,
                calls_back: function.calls.iter().any(|f| calls_back(module, *f))
                    || table_calls_back && !function.calls_through_table.is_empty(),
                reaches_counted: false,
            });
        }
        nodes.extend(tables.reached.into_iter().map(|next| Node {
            next,
            ..Node::default()
        }));
        let mut graph = Self { nodes, functions };
        for (_, function) in module.exported_functions() {
            if let Some(place) = module.place(function) {
                graph.count(place);
            }
        }
        graph.cut_cycles();
        graph.mark_types();
        graph
    }

    /// Adds to a function's stack that of what it takes in.
    fn add_taken_in(&mut self, inlining: &Inlining) {
        for (place, node) in self.nodes.iter_mut().enumerate() {
            let slots = inlining.of(place).map_or(0, |taken| taken.slots);
            let bytes = slots.saturating_mul(SLOT_BYTES);
            node.bytes = node.bytes.saturating_add(bytes);
        }
    }

    /// Notes which types reach a counted function. A walk may come to a type before it is through with it, and must know.
    fn mark_types(&mut self) {
        for place in self.functions..self.nodes.len() {
            let reached = self.nodes.get(place).map(|node| node.next.as_slice());
            let mut reached = reached.unwrap_or_default().iter();
            let counted = |next: &usize| self.nodes.get(*next).is_some_and(|next| next.counted);
            let reaches_counted = reached.any(counted);
            if let Some(node) = self.nodes.get_mut(place) {
                node.reaches_counted = reaches_counted;
            }
        }
    }

    /// Counts a function; for a type, all functions that it reaches.
    fn count(&mut self, node: usize) {
        if node < self.functions {
            if let Some(node) = self.nodes.get_mut(node) {
                node.counted = true;
            }
            return;
        }
        let reached = self.nodes.get(node).map(|node| node.next.clone());
        for function in reached.unwrap_or_default() {
            if let Some(node) = self.nodes.get_mut(function) {
                node.counted = true;
            }
        }
    }

    /// Counts a function on every cycle: wherever a walk in order of the indices comes back to where it is.
    fn cut_cycles(&mut self) {
        let mut state = vec![Visit::Never; self.nodes.len()];
        for start in 0..self.nodes.len() {
            let mut walk = Walk::from(start, &mut state);
            while let Some((node, edge)) = walk.top() {
                match self.nodes.get(node).and_then(|n| n.next.get(edge)) {
                    None => walk.leave(&mut state),
                    Some(&next) => {
                        walk.advance();
                        match state.get(next) {
                            Some(Visit::Never) => walk.enter(next, &mut state),
                            Some(Visit::Open) => self.count(next),
                            _ => {}
                        }
                    }
                }
            }
        }
    }

    /// For each node the bytes of the longest paths from it that enter no counted function.
    fn longest_paths(&self) -> Vec<Longest> {
        let mut longest = vec![Longest::default(); self.nodes.len()];
        let mut state = vec![Visit::Never; self.nodes.len()];
        for start in 0..self.nodes.len() {
            let mut walk = Walk::from(start, &mut state);
            while let Some((node, edge)) = walk.top() {
                match self.nodes.get(node).and_then(|n| n.next.get(edge)) {
                    None => {
                        let path = self.path(node, &longest);
                        if let Some(place) = longest.get_mut(node) {
                            *place = path;
                        }
                        walk.leave(&mut state);
                    }
                    Some(&next) => {
                        walk.advance();
                        if state.get(next) == Some(&Visit::Never) {
                            walk.enter(next, &mut state);
                        }
                    }
                }
            }
        }
        longest
    }

    fn path(&self, node: usize, longest: &[Longest]) -> Longest {
        let Some(node) = self.nodes.get(node) else {
            return Longest::default();
        };
        let (mut any, mut to_counted) = (0, node.calls_back.then_some(0));
        for place in &node.next {
            let (Some(next), Some(behind)) = (self.nodes.get(*place), longest.get(*place)) else {
                continue;
            };
            if next.counted || next.reaches_counted {
                to_counted = to_counted.max(Some(0));
            }
            if !next.counted {
                any = behind.any.max(any);
                to_counted = to_counted.max(behind.to_counted);
            }
        }
        Longest {
            any: node.bytes.saturating_add(any),
            to_counted: to_counted.map(|bytes: u64| node.bytes.saturating_add(bytes)),
        }
    }
}

/// The bytes of the longest paths from a node.
#[derive(Clone, Copy, Default)]
struct Longest {
    /// Of all that enter no counted function.
    any: u64,
    /// Of those that lead to a call of one, if there are any; without it.
    to_counted: Option<u64>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Visit {
    Never,
    Open,
    Done,
}

/// A walk through the graph, depth first, without recursion: a contract decides how deep it goes.
struct Walk {
    open: Vec<(usize, usize)>,
}

impl Walk {
    fn from(start: usize, state: &mut [Visit]) -> Self {
        let mut walk = Self { open: Vec::new() };
        if state.get(start) == Some(&Visit::Never) {
            walk.enter(start, state);
        }
        walk
    }

    /// The node the walk is at, and the edge to follow next.
    fn top(&self) -> Option<(usize, usize)> {
        self.open.last().copied()
    }

    fn advance(&mut self) {
        if let Some((_, edge)) = self.open.last_mut() {
            *edge = edge.saturating_add(1);
        }
    }

    fn enter(&mut self, node: usize, state: &mut [Visit]) {
        if let Some(state) = state.get_mut(node) {
            *state = Visit::Open;
        }
        self.open.push((node, 0));
    }

    fn leave(&mut self, state: &mut [Visit]) {
        let left = self.open.pop().and_then(|(node, _)| state.get_mut(node));
        if let Some(state) = left {
            *state = Visit::Done;
        }
    }
}

/// The functions that an indirect call of each type may reach.
struct Tables {
    by_type: BTreeMap<Vec<u8>, usize>,
    reached: Vec<Vec<usize>>,
}

impl Tables {
    fn of(module: &Module<'_>) -> Self {
        let mut tables = Self {
            by_type: BTreeMap::new(),
            reached: Vec::new(),
        };
        for place in module.referenced.iter().filter_map(|f| module.place(*f)) {
            let Some(function) = module.functions.get(place) else {
                continue;
            };
            let node = tables.node(module, function.ty);
            if let Some(reached) = tables.reached.get_mut(node) {
                reached.push(place);
            }
        }
        for reached in &mut tables.reached {
            reached.sort_unstable();
            reached.dedup();
        }
        tables
    }

    /// The number of a type's node; equal types have one.
    fn node(&mut self, module: &Module<'_>, ty: u32) -> usize {
        let new = self.reached.len();
        let name = module.ty(ty).map(spelled);
        let node = *self.by_type.entry(name.unwrap_or_default()).or_insert(new);
        if node == new {
            self.reached.push(Vec::new());
        }
        node
    }
}

/// A type as text: equal for equal types only.
fn spelled(ty: &FuncType) -> Vec<u8> {
    ty.to_string().into_bytes()
}
