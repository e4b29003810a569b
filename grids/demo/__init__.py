"""The demo city: the real district of Nanhai, with generated outlines below it and made-up people."""
