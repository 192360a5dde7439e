//! Runs the examples in `examples/` with the engines that they are for: GNU parallel, a Slurm of one node,
//! the rules of a Kubernetes Job, and what Spark's pipe does.
//!
//! Each test kills the run of one shard, runs the shard again as the engine does, and expects one answer for
//! each row, in the order of the manifest. `parallel`, Slurm with munge (as root), and a Python with
//! `kubernetes_validate` are needed; a missing one is reported, and fails the test if `CI` is set.

#![cfg(unix)]

#[path = "../interop_support/mod.rs"]
mod interop_support;

mod gnu_parallel;
mod kubernetes;
mod slurm;
mod spark;
mod workplace;
