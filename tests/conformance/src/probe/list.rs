//! Owns the lists of instructions that the probe `imports` carries out; the numbers are those of its table.

/// A list under construction.
#[derive(Clone, Debug, Default)]
pub struct List(Vec<u8>);

/// A byte string as an operand, or something that is none.
#[derive(Clone, Debug)]
pub enum Operand {
    /// A region that holds these bytes.
    Bytes(Vec<u8>),
    /// A region with these numbers: offset, capacity, length.
    Region(u32, u32, u32),
    /// A pointer.
    Pointer(u32),
}

impl<T: AsRef<[u8]>> From<T> for Operand {
    fn from(bytes: T) -> Self {
        Operand::Bytes(bytes.as_ref().to_vec())
    }
}

/// The pointer that opens a bound of a scan.
pub const UNBOUNDED: Operand = Operand::Pointer(0);

macro_rules! instructions {
    ($( $number:literal $name:ident ( $($argument:ident : $kind:tt),* ) $doc:literal; )*) => {
        impl List {
            $(
                #[doc = $doc]
                #[must_use]
                pub fn $name(mut self, $($argument: instructions!(@type $kind)),*) -> Self {
                    self.0.push($number);
                    $( instructions!(@put $kind self $argument); )*
                    self
                }
            )*
        }
    };
    (@type string) => { impl Into<Operand> };
    (@type number) => { u32 };
    (@put string $list:ident $argument:ident) => { $list.string($argument.into()) };
    (@put number $list:ident $argument:ident) => { $list.number($argument) };
}

instructions! {
    0 read(key: string) "Reads a key.";
    1 write(key: string, value: string) "Writes a value.";
    2 remove(key: string) "Removes a key.";
    3 scan(start: string, end: string, order: number) "Opens an iterator.";
    4 next(id: number) "The next record of an iterator.";
    5 next_key(id: number) "The next key of an iterator.";
    6 next_value(id: number) "The next value of an iterator.";
    7 validate(human: string) "Validates an address.";
    8 canonicalize(human: string, room: number) "The bytes of an address, into so much room.";
    9 humanize(canonical: string, room: number) "The text of an address, into so much room.";
    10 k1_verify(hash: string, signature: string, key: string) "ECDSA on secp256k1.";
    11 k1_recover(hash: string, signature: string, param: number) "The key behind a signature on secp256k1.";
    12 r1_verify(hash: string, signature: string, key: string) "ECDSA on secp256r1.";
    13 r1_recover(hash: string, signature: string, param: number) "The key behind a signature on secp256r1.";
    14 ed_verify(message: string, signature: string, key: string) "EdDSA on edwards25519.";
    15 ed_batch(messages: string, signatures: string, keys: string) "A batch of the same, in sections.";
    16 add_g1(points: string, room: number) "The sum of points on G1.";
    17 add_g2(points: string, room: number) "The sum of points on G2.";
    18 pair(ps: string, qs: string, r: string, s: string) "Compares pairings.";
    19 to_g1(function: number, message: string, domain: string, room: number) "Hashes to G1.";
    20 to_g2(function: number, message: string, domain: string, room: number) "Hashes to G2.";
    21 debug(text: string) "Speaks to the host.";
    22 abort(text: string) "Ends the call.";
    23 ask(request: string) "Asks the chain.";
    24 grow(pages: number) "Grows the memory.";
    25 mood(mood: number) "Changes the allocator's mood.";
    26 swell(bytes: number) "So many bytes of output.";
    27 say(bytes: string) "Bytes of output.";
    28 answer(region: string) "Another result than the output.";
}

impl List {
    /// The bytes of the list.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        self.0.clone()
    }

    /// Instructions of another list behind these.
    #[must_use]
    pub fn then(mut self, other: &List) -> Self {
        self.0.extend_from_slice(&other.0);
        self
    }

    fn number(&mut self, number: u32) {
        self.0.extend_from_slice(&number.to_le_bytes());
    }

    fn string(&mut self, operand: Operand) {
        match operand {
            Operand::Bytes(bytes) => {
                self.number(u32::try_from(bytes.len()).expect("operands are short"));
                self.0.extend_from_slice(&bytes);
            }
            Operand::Region(offset, capacity, length) => {
                self.number(u32::MAX);
                for number in [offset, capacity, length] {
                    self.number(number);
                }
            }
            Operand::Pointer(pointer) => {
                self.number(u32::MAX - 1);
                self.number(pointer);
            }
        }
    }
}
