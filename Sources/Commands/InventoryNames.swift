import Farm

extension Inventory {
    /// Every variable that the farm file sets anywhere; a playbook may use it without declaring it.
    var variableNames: Set<String> {
        var names = Set(variables.keys)
        for group in groups { names.formUnion(group.variables.keys) }
        for phone in phones { names.formUnion(phone.variables.keys) }
        return names
    }
}
