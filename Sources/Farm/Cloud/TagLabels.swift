/// Labels out of the tags that a server has in its cloud.
public enum TagLabel {
    /// `KEY`, or `KEY-VALUE`, with `_` for what cannot stand in a name; nil where no name comes of it.
    ///
    /// - Parameter value: The tag's value; many tags have none.
    public static func label(key: String, value: String) -> String? {
        guard !key.isEmpty else { return nil }
        let words = FarmName.sanitized(value.isEmpty ? key : "\(key)-\(value)")
        // A hyphen in front would look like an option.
        let label = words.hasPrefix("-") ? "_" + words.dropFirst() : words
        do {
            try FarmName.validate(label)
            return label
        } catch {
            return nil
        }
    }
}

extension Inventory {
    /// The labels among those that servers show which something else of the farm is called by; sorted.
    ///
    /// One more name for it would leave nobody knowing what a selector means, so these labels are not given.
    public func clashingLabels(of discovered: [DiscoveredPhone]) -> [String] {
        Set(discovered.lazy.flatMap(\.labels)).filter(isName).sorted()
    }

    /// Whether a phone, server, encoder or group is called so.
    func isName(_ text: String) -> Bool {
        names.phones[text] != nil || names.servers[text] != nil || names.encoders[text] != nil
            || names.groups[text] != nil
    }
}

extension DiscoveredPhone {
    /// The phone without some of its labels.
    func without(labels left: [String]) -> DiscoveredPhone {
        DiscoveredPhone(
            server: server, serial: serial, usbPath: usbPath, properties: properties, waysIn: waysIn, id: id,
            labels: labels.filter { !left.contains($0) })
    }
}
