//! Owns a module of drawn functions: branches, loops and calls of every kind around instructions that trap for some numbers. What
//! gas a call has used where it traps depends on the way it came.

use std::fmt::Write;

use super::assemble;
use crate::dice::Dice;

/// Functions that can be called by number.
pub const FUNCTIONS: u8 = 96;

/// Functions that the others call; the last ones are too large to be taken in by their callers.
const CALLED: u64 = 6;
/// How deep blocks stand in one another.
const MAX_DEPTH: usize = 4;

/// The module that belongs to a seed.
#[must_use]
pub fn module(seed: u64) -> Vec<u8> {
    let mut dice = Dice::new(seed, "ways");
    let mut text = String::from(
        "(module\n ;; <prelude>\n
        (func $allocate (export \"allocate\") (param $size i32) (result i32) (call $fresh (local.get $size)))
        (func (export \"deallocate\") (param i32))
        (type $way (func (param i32) (result i32)))\n",
    );
    for number in 0..CALLED {
        let statements = if number < CALLED / 2 { 1 } else { 12 };
        text += &Writer::function(&mut dice, &format!("$called{number}"), statements, false);
    }
    for number in 0..FUNCTIONS {
        text += &Writer::function(&mut dice, &format!("$way{number}"), 5, true);
    }
    let names: Vec<String> = (0..FUNCTIONS)
        .map(|number| format!("$way{number}"))
        .collect();
    write!(
        text,
        "(table {FUNCTIONS} {FUNCTIONS} funcref) (elem (i32.const 0) {})
        (func $run (param $message i32) (result i32)
          (local $at i32)
          (local.set $at (i32.load (local.get $message)))
          (call $put_u32 (call_indirect (type $way) (i32.load offset=1 (local.get $at)) (i32.load8_u (local.get $at))))
          (call $output))
        (func (export \"execute\") (param i32 i32 i32) (result i32) (call $run (local.get 2)))
        (func (export \"query\") (param i32 i32) (result i32) (call $run (local.get 1))))",
        names.join(" ")
    )
    .expect("a string takes everything");
    assemble(&text)
}

struct Writer<'a> {
    dice: &'a mut Dice,
    text: String,
    /// The blocks around, by name.
    open: Vec<String>,
    blocks: u32,
    calls: bool,
}

impl Writer<'_> {
    /// A function of one number, which it stirs in `$a`.
    fn function(dice: &mut Dice, name: &str, statements: usize, calls: bool) -> String {
        let mut writer = Writer {
            dice,
            text: format!(
                "(func {name} (param $n i32) (result i32) (local $a i32) (local $l0 i32) (local $l1 i32) (local $l2 i32) \
                (local $l3 i32) (local $l4 i32)\n(local.set $a (i32.mul (i32.add (local.get $n) (i32.const 11)) (i32.const -1640531535)))\n"
            ),
            open: Vec::new(),
            blocks: 0,
            calls,
        };
        writer.statements(statements);
        writer.text += "(local.get $a))\n";
        writer.text
    }

    fn statements(&mut self, count: usize) {
        for _ in 0..count {
            self.statement();
        }
    }

    fn statement(&mut self) {
        let deep = self.open.len() >= MAX_DEPTH;
        match self.dice.below(if deep { 12 } else { 18 }) {
            0..=2 => self.stir(),
            3 => self.load(),
            4 => self.divide(),
            5 => self.truncate(),
            6 | 7 => self.branch_if(),
            8 => self.branch_table(),
            9 => self.call(),
            10 => self.leave(),
            11 => self.text += "(drop (i32.const 1)) (nop)\n",
            12 | 13 => self.choice(true),
            14 => self.choice(false),
            15 | 16 => self.block(),
            _ => self.repeat(),
        }
    }

    /// One bit of what was stirred; or what may trap instead of deciding, so that nothing stands between it and the branch: who
    /// came there and trapped must not have paid for either way yet.
    fn condition(&mut self) -> String {
        let bit = self.dice.below(32);
        let bit = format!("(i32.and (i32.shr_u (local.get $a) (i32.const {bit})) (i32.const 1))");
        match self.dice.below(8) {
            0 => self.remainder(),
            // Memory is zero in most places: with the bit, both ways are taken.
            1 => format!("(i32.xor {bit} (i32.eqz {}))", self.word()),
            2 => format!("(i32.eqz {})", self.word()),
            3 => format!("(i32.load8_u (i32.add {bit} {}))", self.address()),
            _ => bit,
        }
    }

    /// What a table is asked for, of which some may trap.
    fn index(&mut self) -> String {
        match self.dice.below(4) {
            0 => self.remainder(),
            1 => self.word(),
            _ => "(i32.and (local.get $a) (i32.const 3))".to_owned(),
        }
    }

    /// Memory has at most 19 pages: most addresses are inside.
    fn address(&mut self) -> String {
        let shift = if self.dice.below(4) == 0 { 11 } else { 13 };
        format!("(i32.shr_u (local.get $a) (i32.const {shift}))")
    }

    fn word(&mut self) -> String {
        format!("(i32.load {})", self.address())
    }

    /// One of eight divisors is 0.
    fn remainder(&mut self) -> String {
        let shift = self.dice.below(29);
        format!(
            "(i32.rem_u (local.get $n) (i32.and (i32.shr_u (local.get $a) (i32.const {shift})) (i32.const 7)))"
        )
    }

    fn stir(&mut self) {
        let number = self.dice.bits() & 0x7fff_ffff | 1;
        writeln!(
            self.text,
            "(local.set $a (i32.add (i32.mul (local.get $a) (i32.const {number})) (local.get $n)))"
        )
        .expect("a string takes everything");
    }

    fn load(&mut self) {
        let word = self.word();
        writeln!(self.text, "(local.set $a (i32.xor (local.get $a) {word}))")
            .expect("a string takes everything");
    }

    fn divide(&mut self) {
        let remainder = self.remainder();
        writeln!(
            self.text,
            "(local.set $a (i32.sub (local.get $a) {remainder}))"
        )
        .expect("a string takes everything");
    }

    /// Floats that are too large are none of these integers.
    fn truncate(&mut self) {
        self.text += "(local.set $a (i32.add (local.get $a) (i32.trunc_f32_s (f32.mul (f32.convert_i32_s (local.get $a)) (f32.const 1.1)))))\n";
    }

    fn branch_if(&mut self) {
        if self.open.is_empty() {
            return self.stir();
        }
        let (label, condition) = (self.dice.pick(&self.open).clone(), self.condition());
        writeln!(self.text, "(br_if {label} {condition})").expect("a string takes everything");
    }

    /// Guarded, so that what stands behind it is not dead.
    fn branch_table(&mut self) {
        if self.open.is_empty() {
            return self.stir();
        }
        let count = self.dice.below(4) + 1;
        let labels: Vec<String> = (0..count)
            .map(|_| self.dice.pick(&self.open).clone())
            .collect();
        let (condition, index, labels) = (self.condition(), self.index(), labels.join(" "));
        writeln!(
            self.text,
            "(if {condition} (then (br_table {labels} {index})))"
        )
        .expect("a string takes everything");
    }

    fn call(&mut self) {
        if !self.calls {
            return self.stir();
        }
        let number = self.dice.below(CALLED);
        writeln!(
            self.text,
            "(local.set $a (call $called{number} (local.get $a)))"
        )
        .expect("a string takes everything");
    }

    fn leave(&mut self) {
        let condition = self.condition();
        let way = match self.dice.below(4) {
            0 => "unreachable",
            1 => "(return (local.get $n)) (drop (i32.const 7))",
            _ => "(return (i32.mul (local.get $a) (local.get $n)))",
        };
        writeln!(self.text, "(if {condition} (then {way}))").expect("a string takes everything");
    }

    fn choice(&mut self, has_else: bool) {
        let (label, condition) = (self.label(), self.condition());
        writeln!(self.text, "(if {label} {condition} (then").expect("a string takes everything");
        self.within(label.clone());
        if has_else {
            self.text += ") (else\n";
            self.within(label);
        }
        self.text += "))\n";
    }

    fn block(&mut self) {
        let label = self.label();
        writeln!(self.text, "(block {label}").expect("a string takes everything");
        self.within(label);
        self.text += ")\n";
    }

    /// Goes round some times, by a count for each depth; who branches to its beginning counts too.
    fn repeat(&mut self) {
        let (label, count) = (self.label(), format!("$l{}", self.open.len()));
        let times = self.dice.below(4) + 1;
        writeln!(
            self.text,
            "(local.set {count} (i32.const {times}))\n(block {label}out (loop {label}\n\
            (br_if {label}out (i32.eqz (local.get {count}))) (local.set {count} (i32.sub (local.get {count}) (i32.const 1)))"
        )
        .expect("a string takes everything");
        self.within(label.clone());
        if self.dice.below(3) > 0 {
            let condition = self.condition();
            writeln!(self.text, "(br_if {label} {condition})").expect("a string takes everything");
        }
        self.text += "))\n";
    }

    fn label(&mut self) -> String {
        self.blocks += 1;
        format!("$b{}", self.blocks)
    }

    fn within(&mut self, label: String) {
        self.open.push(label);
        let count = self.dice.index(4) + 1;
        self.statements(count);
        self.open.pop();
    }
}
