using System.Text.Json.Serialization.Metadata;

namespace LocalHost.Sandbox.Faults;

/// <summary>Reads a scenario strictly: what is misspelt would otherwise be a fault that never happens.</summary>
internal static class ScenarioText
{
    private const string Orders = "faults";

    private static readonly IReadOnlyDictionary<string, JsonPropertyInfo> s_members =
        SandboxJson.Camel.GetTypeInfo(typeof(Fault)).Properties.ToDictionary(p => p.Name, StringComparer.Ordinal);

    /// <summary>The scenario, or all that is wrong with the text: each problem names the member and what is allowed.</summary>
    public static (Scenario? Scenario, IReadOnlyList<string> Problems) Read(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new() { AllowDuplicateProperties = false });
            return Read(document.RootElement);
        }
        catch (JsonException invalid)
        {
            return (null, [$"a scenario is JSON: {invalid.Message}"]);
        }
    }

    private static (Scenario? Scenario, IReadOnlyList<string> Problems) Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty(Orders, out var orders) || orders.ValueKind != JsonValueKind.Array)
        {
            return (null, [$"a scenario is an object with one member, {Orders}: an array of fault orders"]);
        }

        var problems = root.EnumerateObject().Where(m => m.Name != Orders).Select(m => $"member '{m.Name}' is unknown; allowed: {Orders}").ToList();
        var faults = new List<Fault>();
        foreach (var (index, order) in orders.EnumerateArray().Index())
        {
            var at = $"{Orders}[{index}]";
            var wrong = MemberProblems(order).ToList();
            var fault = wrong.Count == 0 ? order.Deserialize<Fault>(SandboxJson.Camel)! : null;
            problems.AddRange(wrong.Concat(fault?.Problems() ?? []).Select(p => $"{at}: {p}"));
            if (fault is not null)
            {
                faults.Add(fault);
            }
        }

        return problems.Count == 0 ? (new() { Faults = faults }, []) : (null, problems);
    }

    private static IEnumerable<string> MemberProblems(JsonElement order)
    {
        if (order.ValueKind != JsonValueKind.Object)
        {
            return [$"a fault order is an object; its members: {string.Join(", ", s_members.Keys)}"];
        }

        var missing = s_members.Values
            .Where(m => m.IsRequired && !order.TryGetProperty(m.Name, out _))
            .Select(m => $"'{m.Name}' is missing; {Allowed(m.PropertyType)}");
        return order.EnumerateObject().Select(Problem).OfType<string>().Concat(missing);
    }

    private static string? Problem(JsonProperty given)
    {
        if (!s_members.TryGetValue(given.Name, out var member))
        {
            return $"member '{given.Name}' is unknown; allowed: {string.Join(", ", s_members.Keys)}";
        }

        try
        {
            given.Value.Deserialize(member.PropertyType, SandboxJson.Camel);
            return null;
        }
        catch (JsonException)
        {
            return $"{given.Name} cannot be {given.Value.GetRawText()}; {Allowed(member.PropertyType)}";
        }
    }

    private static string Allowed(Type type)
    {
        var one = Nullable.GetUnderlyingType(type) ?? type;
        if (one.IsEnum)
        {
            var values = Enum.GetValuesAsUnderlyingType(one).Cast<object>().Select(v => Enum.ToObject(one, v));
            return $"allowed: {string.Join(", ", values.Select(v => JsonSerializer.SerializeToElement(v, one, SandboxJson.Camel)))}";
        }

        return one == typeof(string) ? "allowed: text" : one == typeof(int) ? "allowed: a whole number" : "allowed: a number";
    }
}
