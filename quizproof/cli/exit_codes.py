"""How a command ends; 0 is done."""

EXIT_DIFFERS = 1  # evidence against the key, Canvas's scores, a file that does not fit
EXIT_USAGE = 2  # with a sentence: options, files, or something on this machine
EXIT_OPEN = 3  # something stays open
EXIT_FAULT = 70  # of quizproof's own; sysexits.h: an internal software error
EXIT_INTERRUPTED = 130
