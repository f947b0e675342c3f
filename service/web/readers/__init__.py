"""What readers' browsers send and get themselves, where a site has no server of its own."""
