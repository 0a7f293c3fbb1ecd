//! Stands for the crate `inventory` in the engine: the part of its interface that tract uses, for less.
//!
//! What a crate registers when a program starts is linked whether the program uses it or not. In tract this keeps a
//! second file format alive, and with it every operator: a fifth of the engine. Only what tract-linalg registers, its
//! kernels, is needed. `submit!` of all other crates registers nothing.

use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::{Mutex, PoisonError};

/// Values of one type, in the order in which they came.
pub struct Registry<T: 'static>(Mutex<Vec<&'static T>>);

impl<T> Registry<T> {
    /// Registry without values.
    #[allow(clippy::new_without_default)]
    pub const fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }
}

/// Type of which values are registered; `collect!` implements it.
pub trait Collect: Sync + Sized + 'static {
    /// The one registry of this type.
    fn registry() -> &'static Registry<Self>;
}

/// Value of any type that is registered.
pub trait Submission: Sync {
    /// Adds it to the registry of its type.
    fn submit(&'static self);
}

impl<T: Collect> Submission for T {
    fn submit(&'static self) {
        T::registry().0.lock().unwrap_or_else(PoisonError::into_inner).push(self);
    }
}

/// The registered values of a type: `iter::<T>` and `iter::<T>()`.
#[allow(non_camel_case_types)]
pub enum iter<T> {
    /// The value that bears the name of the type.
    iter,
    #[doc(hidden)]
    Never(std::convert::Infallible, PhantomData<T>),
}

// By way of all names of a module, since the type's own name is in the way of this one.
mod variant {
    pub use super::iter::iter;
}
#[doc(hidden)]
pub use variant::*;

/// Iterator over the registered values of a type.
pub type Values<T> = std::vec::IntoIter<&'static T>;

fn values<T: Collect>() -> Values<T> {
    T::registry().0.lock().unwrap_or_else(PoisonError::into_inner).clone().into_iter()
}

impl<T: Collect> IntoIterator for iter<T> {
    type Item = &'static T;
    type IntoIter = Values<T>;

    fn into_iter(self) -> Self::IntoIter {
        values()
    }
}

impl<T: Collect> Deref for iter<T> {
    type Target = fn() -> Values<T>;

    fn deref(&self) -> &Self::Target {
        &(values::<T> as fn() -> Values<T>)
    }
}

/// Whether what this crate registers is needed.
pub const fn is_needed(package: &str) -> bool {
    let (package, needed) = (package.as_bytes(), b"tract-linalg");
    let mut same = package.len() == needed.len();
    let mut place = 0;
    while same && place < needed.len() {
        same = package[place] == needed[place];
        place += 1;
    }
    same
}

/// Gives a type its registry.
#[macro_export]
macro_rules! collect {
    ($kind:ty) => {
        impl $crate::Collect for $kind {
            fn registry() -> &'static $crate::Registry<Self> {
                static REGISTRY: $crate::Registry<$kind> = $crate::Registry::new();
                &REGISTRY
            }
        }
    };
}

/// Registers a value before the program starts, if its crate's values are needed.
#[macro_export]
macro_rules! submit {
    ($($value:tt)*) => {
        const _: () = {
            static VALUE: &dyn $crate::Submission = &{ $($value)* };
            extern "C" fn submit() {
                if const { $crate::is_needed(env!("CARGO_PKG_NAME")) } {
                    $crate::Submission::submit(VALUE);
                }
            }
            #[used]
            #[cfg_attr(not(any(target_vendor = "apple", windows)), unsafe(link_section = ".init_array"))]
            #[cfg_attr(target_vendor = "apple", unsafe(link_section = "__DATA,__mod_init_func,mod_init_funcs"))]
            #[cfg_attr(windows, unsafe(link_section = ".CRT$XCU"))]
            static SUBMIT: extern "C" fn() = submit;
        };
    };
}
