//! Records the target for reports.

fn main() {
    let target = std::env::var("TARGET").expect("cargo says the target");
    println!("cargo::rustc-env=BYOK_TARGET={target}");
    println!("cargo::rerun-if-changed=build.rs");
}
