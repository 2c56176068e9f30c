//! The attendant's desk without I/O: calls, directories, commands and views.
