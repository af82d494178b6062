namespace Kernels.Benchmarks;

/// <summary>The user's input is wrong: the program prints the message as one line and ends with exit code 2.</summary>
internal sealed class BadInputException(string message) : Exception(message);
