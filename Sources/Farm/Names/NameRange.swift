/// Names written together: `px8-[01-24]` stands for `px8-01` to `px8-24`.
public struct NameRange: Hashable, Sendable {
    /// The range as it was written.
    public let text: String
    /// The names it stands for, at most 100,000, the last brackets running fastest; leading zeros are kept.
    public let names: [String]

    /// Reads a name with any number of bracketed ranges, or none.
    ///
    /// - Throws: ``FarmError/Code/badRange``, ``FarmError/Code/tooManyNames`` or ``FarmError/Code/badName``.
    public init(parsing text: String) throws(FarmError) {
        let pattern = try RangePattern(parsing: text)
        let names = pattern.expanded
        // All names of a range are made of the same characters; the first stands for the others.
        if let first = names.first {
            do {
                try FarmName.validate(first)
            } catch {
                throw FarmError(
                    error.code, text, at: pattern.hasRange ? nil : error.span, error.reason,
                    suggestion: error.suggestion)
            }
        }
        self.text = text
        self.names = names
    }

    /// Gives every name the address at the same place of `addresses`.
    ///
    /// - Throws: ``FarmError/Code/unevenRanges`` when the two stand for different numbers of things.
    public func paired(with addresses: AddressRange) throws(FarmError) -> [(name: String, address: Address)] {
        guard names.count == addresses.addresses.count else {
            throw FarmError(
                .unevenRanges, addresses.text,
                "\(text) stands for \(Self.count(names.count, "name")), but \(addresses.text) for "
                    + Self.count(addresses.addresses.count, "address", plural: "addresses"),
                suggestion: "give both ranges the same length")
        }
        return zip(names, addresses.addresses).map { (name: $0, address: $1) }
    }

    private static func count(_ number: Int, _ noun: String, plural: String? = nil) -> String {
        "\(number) \(number == 1 ? noun : plural ?? noun + "s")"
    }
}

/// Addresses written together: `10.0.4.[11-34]:5555` or `10.0.4.10:[5001-5100]`.
public struct AddressRange: Hashable, Sendable {
    /// The range as it was written.
    public let text: String
    /// The addresses it stands for, at most 100,000, the last brackets running fastest.
    public let addresses: [Address]

    /// Reads an address with any number of bracketed ranges, or none; brackets around an IPv6 address stay its own.
    ///
    /// - Throws: ``FarmError/Code/badRange``, ``FarmError/Code/tooManyNames`` or ``FarmError/Code/badAddress``.
    public init(parsing text: String, defaultPort: UInt16? = nil) throws(FarmError) {
        let pattern = try RangePattern(parsing: text, allowsIPv6: true)
        var addresses: [Address] = []
        addresses.reserveCapacity(pattern.count)
        for written in pattern.expanded {
            do {
                addresses.append(try Address(parsing: written, defaultPort: defaultPort))
            } catch {
                guard pattern.hasRange else { throw error }
                throw FarmError(error.code, text, "\(written): \(error.reason)", suggestion: error.suggestion)
            }
        }
        self.text = text
        self.addresses = addresses
    }
}
