//! Runs a contract: it counts, in a store that lives in memory. `cargo run -p commons-vm --example counter`

mod memory;

use std::error::Error;

use commons_vm::{EntryPoint, Gas, Vm, VmConfig};
use memory::Memory;

/// Loads the contract, executes it three times, and shows what each call answered and cost, and where the gas went.
pub fn main() -> Result<(), Box<dyn Error>> {
    let config = VmConfig::builder().memory_limit_bytes(1 << 20).build()?;
    let vm = Vm::new(config)?;
    let code = vm.load(&wat::parse_str(include_str!("contract.wat"))?)?;
    let memory = Memory::default();
    let args: [&[u8]; 3] = [b"{}", b"{}", b"{}"];
    for _ in 0..3 {
        let (entry, chain) = (EntryPoint::Execute, Box::new(memory.clone()));
        let (report, gas) = vm.call_itemized(&code, entry, &args, chain, Gas(10_000_000), false)?;
        println!("{}", String::from_utf8(report.outcome?)?);
        println!(
            "  {} gas, {} of it for instructions",
            report.gas_used, gas.operators
        );
        for (import, gas) in gas.imports {
            println!("  {} for {import}", gas.total());
        }
    }
    Ok(())
}
