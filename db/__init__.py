"""What is remembered: tables, the SQL with a name, migrations, the catalogue import."""
