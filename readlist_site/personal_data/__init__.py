"""What all rooms together keep of one person: it can be exported, and deleted with the account. Each room has a
function for its part; here they are called in order."""
