import Farm

/// Which groups each phone belongs to, worked out once for a whole plan.
struct GroupMembership {
    private var groupsByPhone: [String: [Group]] = [:]

    /// Evaluates every group of a farm; the inventory has checked that each can be.
    init(of inventory: Inventory) {
        for group in inventory.groups {
            // A group that cannot be read was reported when the farm was; it has no members here.
            guard let selection = try? inventory.select(group.selector) else { continue }
            for phone in selection.phones where !selection.undecided.contains(phone.name) {
                groupsByPhone[phone.name, default: []].append(group)
            }
        }
    }

    /// The groups of a phone, in the order of the farm file.
    func groups(of phone: String) -> [Group] { groupsByPhone[phone] ?? [] }

    /// A phone's variables with those of its groups below them; of two groups the later one is stronger.
    func variables(of phone: Phone) -> [String: FarmValue] {
        var variables: [String: FarmValue] = [:]
        for group in groups(of: phone.name) { variables.merge(group.variables) { $1 } }
        return variables.merging(phone.variables) { $1 }
    }
}
