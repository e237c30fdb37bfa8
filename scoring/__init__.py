"""The mathematics: from ratings to standings. Pure: no database, no async, time is an argument."""
