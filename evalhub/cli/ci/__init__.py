"""What `evalhub run` knows of CI systems: where a commit comes from, and reports that they show."""
