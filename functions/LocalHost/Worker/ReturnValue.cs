using System.Reflection;

namespace LocalHost.Worker;

/// <summary>
/// Awaits what a function returned and takes the value out of it: plain values, Task, Task&lt;T&gt;, ValueTask, ValueTask&lt;T&gt;.
/// </summary>
internal static class ReturnValue
{
    private static readonly MethodInfo TaskOf = Find(nameof(FromTask));
    private static readonly MethodInfo ValueTaskOf = Find(nameof(FromValueTask));

    public static Func<object?, Task<object?>> Of(Type type)
    {
        if (type == typeof(Task))
        {
            return static async returned =>
            {
                await (Task)returned!;
                return null;
            };
        }

        if (type == typeof(ValueTask))
        {
            return static async returned =>
            {
                await (ValueTask)returned!;
                return null;
            };
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Task<>))
        {
            return Typed(TaskOf, type);
        }

        return type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueTask<>)
            ? Typed(ValueTaskOf, type)
            : static returned => Task.FromResult(returned);
    }

    private static async Task<object?> FromTask<T>(object? returned) => await (Task<T>)returned!;

    private static async Task<object?> FromValueTask<T>(object? returned) => await (ValueTask<T>)returned!;

    private static Func<object?, Task<object?>> Typed(MethodInfo of, Type type) =>
        of.MakeGenericMethod(type.GetGenericArguments()).CreateDelegate<Func<object?, Task<object?>>>();

    private static MethodInfo Find(string name) => typeof(ReturnValue).GetMethod(name, BindingFlags.NonPublic | BindingFlags.Static)!;
}
