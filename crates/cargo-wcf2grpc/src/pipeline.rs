//! The whole road from files to files, on one screen: one call for each stage. Every stage returns what it understood and
//! the findings about the rest; nothing stops at the first problem.
