using System.ComponentModel;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace Penalties;

/// <summary>
/// Settings whose text is not what their option holds. They are looked for before binding, because the binder names a .NET type instead of what is
/// allowed, and of a list or a dictionary silently leaves the whole element out.
/// </summary>
internal static class SettingValues
{
    // What is longer is no number, duration or name, but may be a secret that stands in the wrong place.
    private const int LongestShown = 24;

    private static readonly string[] Secrets = ["Secret", "Token", "Key", "Password"];

    /// <param name="type">What the setting is bound to: an options class, a value, or a list or dictionary of these.</param>
    /// <param name="setting">The setting.</param>
    public static IEnumerable<string> Problems(Type type, IConfigurationSection setting)
    {
        type = Nullable.GetUnderlyingType(type) is { } value ? (setting.Value is "" ? typeof(string) : value) : type;
        return type == typeof(string) ? []
            : FormOf(type) is { } form ? (setting.Value is { } text && !Fits(type, text) ? [$"{Named(setting, text)}; allowed: {form}."] : [])
            : ElementOf(type) is { } element ? setting.GetChildren().SelectMany(child => Problems(element, child))
            : type.GetProperties(BindingFlags.Public | BindingFlags.Instance).SelectMany(one => Problems(one.PropertyType, setting.GetSection(one.Name)));
    }

    private static string? FormOf(Type type) => type switch
    {
        { IsEnum: true } => string.Join(", ", Enum.GetNames(type)),
        _ when type == typeof(bool) => "true, false",
        _ when type == typeof(int) || type == typeof(long) => "a whole number, such as 3",
        _ when type == typeof(double) || type == typeof(decimal) => "a number, such as 0.5",
        _ when type == typeof(TimeSpan) => "a duration as hh:mm:ss or d.hh:mm:ss, such as 04:00:00",
        _ when type == typeof(DateOnly) => "a date as yyyy-MM-dd, such as 2026-09-18",
        _ when type == typeof(Uri) => "an absolute http or https URL",
        { IsValueType: true } => throw new NotSupportedException($"Say here what is allowed for a setting of the type {type}."),
        _ => null,
    };

    private static bool Fits(Type type, string text) => type.IsEnum
        ? Enum.GetNames(type).Contains(text, StringComparer.OrdinalIgnoreCase)
        : TypeDescriptor.GetConverter(type).IsValid(text);

    /// <summary>What a list or a dictionary by name holds.</summary>
    private static Type? ElementOf(Type type) => type.GetInterfaces().Append(type)
        .Where(static one => one.IsGenericType && one.GetGenericTypeDefinition() == typeof(IEnumerable<>))
        .Select(static one => one.GetGenericArguments()[0])
        .Select(static one => one.IsGenericType && one.GetGenericTypeDefinition() == typeof(KeyValuePair<,>) ? one.GetGenericArguments()[1] : one)
        .FirstOrDefault();

    private static string Named(IConfigurationSection setting, string text) =>
        text.Length <= LongestShown && !Array.Exists(Secrets, secret => setting.Key.Contains(secret, StringComparison.OrdinalIgnoreCase))
            ? $"{setting.Path} is '{text}'"
            : $"{setting.Path} is a text that is not shown here";
}
