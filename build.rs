//! Tells the program what it was built for: reports say it.

fn main() {
    let target = std::env::var("TARGET").expect("cargo says the target");
    println!("cargo::rustc-env=BYOK_TARGET={target}");
    println!("cargo::rerun-if-changed=build.rs");
}
