def convert(sources, ledger):
    return None
