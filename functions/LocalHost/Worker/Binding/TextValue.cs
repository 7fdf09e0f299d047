using System.ComponentModel;
using System.Globalization;
using System.Reflection;

namespace LocalHost.Worker.Binding;

/// <summary>Values that are written as text in a route, a query or a message property.</summary>
internal static class TextValue
{
    public const string Allowed = "string, bool, numbers, Guid, enums, DateTime, DateTimeOffset, DateOnly, TimeOnly, TimeSpan (also nullable)";

    private static readonly HashSet<Type> Known =
    [
        typeof(string), typeof(bool), typeof(int), typeof(long), typeof(short), typeof(byte), typeof(double), typeof(float), typeof(decimal),
        typeof(Guid), typeof(DateTime), typeof(DateTimeOffset), typeof(DateOnly), typeof(TimeOnly), typeof(TimeSpan),
    ];

    public static bool Fits(Type type) => Known.Contains(Bare(type)) || Bare(type).IsEnum;

    /// <summary>Binds the parameter to the invocation's binding data of its name.</summary>
    public static ParameterBinder Bind(ParameterInfo parameter)
    {
        var name = parameter.Name!;
        var type = parameter.ParameterType;
        var optional = Nullable.GetUnderlyingType(type) is not null || parameter.HasDefaultValue
            || (type == typeof(string) && new NullabilityInfoContext().Create(parameter).WriteState != NullabilityState.NotNull);
        var fallback = parameter.HasDefaultValue ? parameter.DefaultValue : null;
        return invocation => invocation.BindingData.GetValueOrDefault(name) switch
        {
            null when optional => new(fallback),
            null => throw new BindingException(name, $"'{name}' is missing."),
            var value when Bare(type).IsInstanceOfType(value) => new(value),
            var value => new(Parse(name, Convert.ToString(value, CultureInfo.InvariantCulture)!, Bare(type))),
        };
    }

    private static object Parse(string name, string text, Type type)
    {
        try
        {
            var value = TypeDescriptor.GetConverter(type).ConvertFromInvariantString(text)!;
            return !type.IsEnum || Enum.IsDefined(type, value) ? value : throw new FormatException();
        }
        catch (Exception e) when (e is FormatException or ArgumentException or OverflowException or NotSupportedException)
        {
            var allowed = type.IsEnum ? string.Join(", ", Enum.GetNames(type)) : $"a {type.Name}";
            throw new BindingException(name, $"'{name}' does not fit; allowed: {allowed}.", e);
        }
    }

    private static Type Bare(Type type) => Nullable.GetUnderlyingType(type) ?? type;
}
