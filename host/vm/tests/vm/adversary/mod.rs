//! Attacks, one module a row: each is refused, or ends in its own typed and repeatable failure, and harms nothing but itself. Rows that
//! are a chain's (W13, W14) are the ledger's tests; those about gas and cache (W16, W19) stand in `same` and `cache` by these names.

mod w01_uploads;
mod w02_bombs;
mod w03_shapes;
mod w04_proposals;
mod w05_endless;
mod w06_memory;
mod w07_recursion;
mod w08_regions;
mod w09_allocators;
mod w10_text;
mod w11_iterators;
mod w12_reading;
mod w15_broken_host;
mod w17_prices;
mod w18_damage;
mod w20_crypto;
mod w20_published;

mod copies;
mod leaks;
mod traps;
