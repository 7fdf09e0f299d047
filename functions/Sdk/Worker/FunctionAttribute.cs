namespace Microsoft.Azure.Functions.Worker;

/// <summary>Marks a method as a function and names it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public class FunctionAttribute(string name) : Attribute
{
    /// <summary>The function's name, unique in the app.</summary>
    public string Name { get; } = name;
}
