//! Settings: built, checked where they are written and once more where they are used.

use commons_vm::{ConfigError, Reject, Vm, VmConfig};

use crate::support::wasm::executing;

#[test]
fn a_builder_changes_what_it_is_told_and_nothing_else() {
    assert_eq!(VmConfig::builder().build().unwrap(), VmConfig::default());
    let built = VmConfig::builder()
        .memory_limit_bytes(1 << 20)
        .capabilities(["iterator"])
        .capability("staking")
        .max_wasm_bytes(1_000)
        .max_instances(3)
        .cache_memory_bytes(0)
        .cache_dir("/nowhere")
        .pagemap_scan(false)
        .build()
        .unwrap();
    let written = VmConfig {
        memory_limit_bytes: 1 << 20,
        capabilities: ["iterator".to_owned(), "staking".to_owned()].into(),
        max_wasm_bytes: 1_000,
        max_instances: 3,
        cache_memory_bytes: 0,
        cache_dir: Some("/nowhere".into()),
        pagemap_scan: false,
    };
    assert_eq!(built, written);
}

#[test]
fn a_setting_out_of_range_is_named_with_its_reason() {
    let refused = [
        (
            VmConfig::builder().memory_limit_bytes(65_535),
            ConfigError::Memory(65_535),
            "one page",
        ),
        (
            VmConfig::builder().memory_limit_bytes((4 << 30) + 1),
            ConfigError::Memory((4 << 30) + 1),
            "4294967296",
        ),
        (
            VmConfig::builder().max_wasm_bytes(7),
            ConfigError::Wasm(7),
            "every contract would be refused",
        ),
        (
            VmConfig::builder().max_instances(0),
            ConfigError::Instances,
            "every call would fail",
        ),
        (
            VmConfig::builder().capability("requires_iterator"),
            ConfigError::Capability("requires_iterator".to_owned()),
            "requires_",
        ),
        (
            VmConfig::builder().capability(""),
            ConfigError::Capability(String::new()),
            "small letters",
        ),
        (
            VmConfig::builder().capability("Iterator"),
            ConfigError::Capability("Iterator".to_owned()),
            "small letters",
        ),
    ];
    for (builder, expected, reason) in refused {
        let error = builder.build().unwrap_err();
        assert_eq!(error, expected);
        assert!(error.to_string().contains(reason), "{error}");
    }
}

/// Settings can be written without the builder, too.
#[test]
fn a_machine_does_not_start_with_a_setting_out_of_range() {
    let config = VmConfig {
        max_instances: 0,
        ..VmConfig::default()
    };
    let fault = Vm::new(config).map(|_| ()).unwrap_err().to_string();
    assert!(fault.contains("0 instances"), "{fault}");
}

#[test]
fn limits_and_capabilities_are_those_of_the_builder() {
    let wasm = executing("", 0, "unreachable");
    let verdict = |config: VmConfig| Vm::new(config).unwrap().analyze(&wasm);
    let small = VmConfig::builder().max_instances(1);
    let bytes = u64::try_from(wasm.len()).unwrap();
    let exact = small.clone().max_wasm_bytes(bytes).build().unwrap();
    assert!(verdict(exact).is_ok());
    let tight = small.clone().max_wasm_bytes(bytes - 1).build().unwrap();
    assert!(matches!(verdict(tight), Err(Reject::Limit { .. })));
    let one_page = small.memory_limit_bytes(65_536).build().unwrap();
    let two_pages = verdict(one_page);
    assert!(
        matches!(two_pages, Err(Reject::Limit { .. })),
        "{two_pages:?}"
    );
}
