import JSON

/// The properties of a phone, which travel as JSON inside a text (Cloud Phone API, enumerations).
public enum PropertyCheck {
    /// The most bytes of properties and own properties of one phone together.
    public static let limit = 7800

    /// Looks at a phone's properties.
    ///
    /// - Throws: ``CheckFault`` when the text is no JSON object, or is too long together with the own properties.
    public static func check(
        _ property: String, custom: [String: String] = [:], most: Int = limit
    ) throws(CheckFault) {
        guard JSONValue(parsing: property.utf8)?.members != nil else {
            throw CheckFault("the properties are no JSON object in a text")
        }
        let own = custom.isEmpty ? 0 : JSONValue.object(custom.mapValues(JSONValue.text)).bytes.count
        let count = property.utf8.count + own
        guard count <= most else {
            throw CheckFault("the properties of a phone have \(count) bytes, \(most) are allowed")
        }
    }
}
