"""The figures of the work: what is counted of cases, what is asked, the answer, and the answer as a file."""
