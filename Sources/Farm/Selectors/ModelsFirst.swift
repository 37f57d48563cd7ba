/// The order in which phones are taken when only some are: one of each model first, then others, as a seed decides.
public enum ModelsFirst {
    /// The positions of phones in that order.
    ///
    /// - Parameter models: The name and the model of each phone; phones whose model is nobody's knowledge count as of
    ///   one model.
    public static func order(_ phones: [(name: String, model: String?)], seed: UInt64) -> [Int] {
        let ranked = phones.indices.map { (place: $0, rank: rank(phones[$0].name, seed: seed)) }
            .sorted { ($0.rank, $0.place) < ($1.rank, $1.place) }
            .map(\.place)
        var models: Set<String> = []
        var firsts: [Int] = []
        var others: [Int] = []
        for place in ranked {
            if models.insert(phones[place].model ?? "").inserted { firsts.append(place) } else { others.append(place) }
        }
        return firsts + others
    }

    /// A number that depends on the seed and the name alone, so that a phone that comes or goes moves nobody else.
    private static func rank(_ name: String, seed: UInt64) -> UInt64 {
        var hash = 0xCBF2_9CE4_8422_2325 ^ seed
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        // FNV alone leaves neighbours' names side by side; the finisher of SplitMix64 scatters them.
        hash = (hash ^ (hash >> 30)) &* 0xBF58_476D_1CE4_E5B9
        hash = (hash ^ (hash >> 27)) &* 0x94D0_49BB_1331_11EB
        return hash ^ (hash >> 31)
    }
}
