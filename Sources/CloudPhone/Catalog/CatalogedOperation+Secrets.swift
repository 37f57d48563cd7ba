public import JSON
import Secrets

extension CatalogedOperation {
    /// An answer for people and records: in the place of what lets in whoever has it stands `‹secret NAME›`.
    public func hidingSecrets(in answer: JSONValue) -> JSONValue {
        guard shape.hasSecretAnswer else { return Self.hiding(answer, .object(shape.answer)) }
        let names = (answer.members ?? [:]).keys
        return .object(
            Dictionary(uniqueKeysWithValues: names.map { ($0, .text(Secret(name: $0, "").mask)) }))
    }

    private static func hiding(_ value: JSONValue, _ kind: OperationField.Kind) -> JSONValue {
        if case .list(let inner) = kind, let elements = value.elements {
            return .array(elements.map { hiding($0, inner) })
        }
        guard case .object(let fields) = kind, var members = value.members else { return value }
        for field in fields {
            guard let member = members[field.name], member != .null else { continue }
            members[field.name] =
                field.isSecret ? .text(Secret(name: field.name, "").mask) : hiding(member, field.kind)
        }
        return .object(members)
    }
}
