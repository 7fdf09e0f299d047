namespace Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

/// <summary>Marks a parameter, method or property as bound by the host.</summary>
public abstract class BindingAttribute : Attribute;

/// <summary>The binding that makes a function run; a function has exactly one.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public abstract class TriggerBindingAttribute : BindingAttribute;

/// <summary>A binding that hands a value to the function.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public abstract class InputBindingAttribute : BindingAttribute;
