/// SHA-256 of the certificates that sign `fixtures/apps`, as apksigner prints them.
enum Signer {
    static let studio = "2ef4b4e33939363ed656283546d2260d8eca2a8791994bef212fc37c04b3eebc"
    static let foreign = "d3e008af2c7c93974f436995706ddb2f138267c17a32a84aa61c15b7e25559a4"
}
