// What the file layer and the calls beside it share.

#pragma once

/// The style in which a call on a path fails, or -1; may end the process.
int faulty_style(int call, const char *path);
/// Whether a failing machine is to forget what is not synced of a path.
int faulty_forgets(const char *path);
/// Whether there is a plan; costs nothing.
int faulty_is_armed(void);
/// Empties files that were not synced and takes back the renames whose folder was not: the machine
/// lost its power.
void faulty_undo_renames(void);
