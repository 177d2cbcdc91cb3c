"""How far an import can be trusted: tags, gaps, parts that nothing joins."""
