def value_and_grad_predators_and_prey(rates, start):
    rates0 = rates[0]
    rates1 = rates[1]
    rates2 = rates[2]
    rates3 = rates[3]
    start0 = start[0]
    start1 = start[1]
    # forward pass
    b = rates0 * start0 - rates1 * start0 * start1  # (1)
    b_1 = rates2 * start0 * start1 - rates3 * start1
    prey = start0 + 0.05 * b                       # (2)
    predators = start1 + 0.05 * b_1
    b_2 = rates0 * prey - rates1 * prey * predators  # (3)
    b_3 = rates2 * prey * predators - rates3 * predators
    prey_1 = start0 + 0.05 * b_2                   # (4)
    predators_1 = start1 + 0.05 * b_3
    b_4 = rates0 * prey_1 - rates1 * prey_1 * predators_1  # (5)
    b_5 = rates2 * prey_1 * predators_1 - rates3 * predators_1
    prey_2 = start0 + 0.1 * b_4                    # (6)
    predators_2 = start1 + 0.1 * b_5
    e = rates0 * prey_2 - rates1 * prey_2 * predators_2  # (7)
    e_1 = rates2 * prey_2 * predators_2 - rates3 * predators_2
    prey_3 = start0 + 0.016666666666666666 * (b + 2 * b_2 + 2 * b_4 + e)  # (8)
    predators_3 = start1 + 0.016666666666666666 * (b_1 + 2 * b_3 + 2 * b_5 + e_1)
    b_6 = rates0 * prey_3 - rates1 * prey_3 * predators_3  # (9)
    b_7 = rates2 * prey_3 * predators_3 - rates3 * predators_3
    prey_4 = prey_3 + 0.05 * b_6                   # (10)
    predators_4 = predators_3 + 0.05 * b_7
    b_8 = rates0 * prey_4 - rates1 * prey_4 * predators_4  # (11)
    b_9 = rates2 * prey_4 * predators_4 - rates3 * predators_4
    prey_5 = prey_3 + 0.05 * b_8                   # (12)
    predators_5 = predators_3 + 0.05 * b_9
    b_10 = rates0 * prey_5 - rates1 * prey_5 * predators_5  # (13)
    b_11 = rates2 * prey_5 * predators_5 - rates3 * predators_5
    prey_6 = prey_3 + 0.1 * b_10                   # (14)
    predators_6 = predators_3 + 0.1 * b_11
    e_2 = rates0 * prey_6 - rates1 * prey_6 * predators_6  # (15)
    e_3 = rates2 * prey_6 * predators_6 - rates3 * predators_6
    total = prey_3 + 0.016666666666666666 * (b_6 + 2 * b_8 + 2 * b_10 + e_2)  # (16)
    runge_kutta = predators_3 + 0.016666666666666666 * (b_7 + 2 * b_9 + 2 * b_11 + e_3)
    result = total - 0.5 * runge_kutta             # (17)
    # backprop return [a + h / 6 * (b + 2 * c + 2 * d + e) for a, b, c, d, e in zip(y, k1, k2, ...  (16)
    db_7 = -0.008333333333333333
    db_9 = -0.016666666666666666
    db_11 = -0.016666666666666666
    de_3 = -0.008333333333333333
    db_6 = 0.016666666666666666
    db_8 = 0.03333333333333333
    db_10 = 0.03333333333333333
    de_2 = 0.016666666666666666
    # backprop return [alpha * prey - beta * prey * predators, delta * prey * predators - gamma ...  (15)
    drates2 = predators_6 * prey_6 * de_3
    dprey_6 = predators_6 * rates2 * de_3
    dpredators_6 = (rates2 * prey_6 - rates3) * de_3
    drates3 = -predators_6 * de_3
    drates0 = prey_6 * de_2
    dprey_6 += (rates0 - predators_6 * rates1) * de_2
    drates1 = -predators_6 * prey_6 * de_2
    dpredators_6 -= rates1 * prey_6 * de_2
    # backprop k4 = f(t + h, [a + h * b for a, b in zip(y, k3, strict=True)])  (14)
    dpredators_3 = dpredators_6 + -0.5
    db_11 += 0.1 * dpredators_6
    dprey_3 = dprey_6 + 1.0
    db_10 += 0.1 * dprey_6
    # backprop return [alpha * prey - beta * prey * predators, delta * prey * predators - gamma ...  (13)
    drates2 += predators_5 * prey_5 * db_11
    dprey_5 = predators_5 * rates2 * db_11
    dpredators_5 = (rates2 * prey_5 - rates3) * db_11
    drates3 -= predators_5 * db_11
    drates0 += prey_5 * db_10
    dprey_5 += (rates0 - predators_5 * rates1) * db_10
    drates1 -= predators_5 * prey_5 * db_10
    dpredators_5 -= rates1 * prey_5 * db_10
    # backprop k3 = f(t + h / 2, [a + h / 2 * b for a, b in zip(y, k2, strict=True)])  (12)
    dpredators_3 += dpredators_5
    db_9 += 0.05 * dpredators_5
    dprey_3 += dprey_5
    db_8 += 0.05 * dprey_5
    # backprop return [alpha * prey - beta * prey * predators, delta * prey * predators - gamma ...  (11)
    drates2 += predators_4 * prey_4 * db_9
    dprey_4 = predators_4 * rates2 * db_9
    dpredators_4 = (rates2 * prey_4 - rates3) * db_9
    drates3 -= predators_4 * db_9
    drates0 += prey_4 * db_8
    dprey_4 += (rates0 - predators_4 * rates1) * db_8
    drates1 -= predators_4 * prey_4 * db_8
    dpredators_4 -= rates1 * prey_4 * db_8
    # backprop k2 = f(t + h / 2, [a + h / 2 * b for a, b in zip(y, k1, strict=True)])  (10)
    dpredators_3 += dpredators_4
    db_7 += 0.05 * dpredators_4
    dprey_3 += dprey_4
    db_6 += 0.05 * dprey_4
    # backprop return [alpha * prey - beta * prey * predators, delta * prey * predators - gamma ...  (9)
    drates2 += predators_3 * prey_3 * db_7
    dprey_3 += predators_3 * rates2 * db_7
    dpredators_3 += (rates2 * prey_3 - rates3) * db_7
    drates3 -= predators_3 * db_7
    drates0 += prey_3 * db_6
    dprey_3 += (rates0 - predators_3 * rates1) * db_6
    drates1 -= predators_3 * prey_3 * db_6
    dpredators_3 -= rates1 * prey_3 * db_6
    # backprop return [a + h / 6 * (b + 2 * c + 2 * d + e) for a, b, c, d, e in zip(y, k1, k2, ...  (8)
    dstart1 = dpredators_3
    db_1 = 0.016666666666666666 * dpredators_3
    db_3 = 0.03333333333333333 * dpredators_3
    db_5 = 0.03333333333333333 * dpredators_3
    de_1 = 0.016666666666666666 * dpredators_3
    dstart0 = dprey_3
    db = 0.016666666666666666 * dprey_3
    db_2 = 0.03333333333333333 * dprey_3
    db_4 = 0.03333333333333333 * dprey_3
    de = 0.016666666666666666 * dprey_3
    # backprop return [alpha * prey - beta * prey * predators, delta * prey * predators - gamma ...  (7)
    drates2 += predators_2 * prey_2 * de_1
    dprey_2 = predators_2 * rates2 * de_1
    dpredators_2 = (rates2 * prey_2 - rates3) * de_1
    drates3 -= predators_2 * de_1
    drates0 += prey_2 * de
    dprey_2 += (rates0 - predators_2 * rates1) * de
    drates1 -= predators_2 * prey_2 * de
    dpredators_2 -= rates1 * prey_2 * de
    # backprop k4 = f(t + h, [a + h * b for a, b in zip(y, k3, strict=True)])  (6)
    dstart1 += dpredators_2
    db_5 += 0.1 * dpredators_2
    dstart0 += dprey_2
    db_4 += 0.1 * dprey_2
    # backprop return [alpha * prey - beta * prey * predators, delta * prey * predators - gamma ...  (5)
    drates2 += predators_1 * prey_1 * db_5
    dprey_1 = predators_1 * rates2 * db_5
    dpredators_1 = (rates2 * prey_1 - rates3) * db_5
    drates3 -= predators_1 * db_5
    drates0 += prey_1 * db_4
    dprey_1 += (rates0 - predators_1 * rates1) * db_4
    drates1 -= predators_1 * prey_1 * db_4
    dpredators_1 -= rates1 * prey_1 * db_4
    # backprop k3 = f(t + h / 2, [a + h / 2 * b for a, b in zip(y, k2, strict=True)])  (4)
    dstart1 += dpredators_1
    db_3 += 0.05 * dpredators_1
    dstart0 += dprey_1
    db_2 += 0.05 * dprey_1
    # backprop return [alpha * prey - beta * prey * predators, delta * prey * predators - gamma ...  (3)
    drates2 += predators * prey * db_3
    dprey = predators * rates2 * db_3
    dpredators = (rates2 * prey - rates3) * db_3
    drates3 -= predators * db_3
    drates0 += prey * db_2
    dprey += (rates0 - predators * rates1) * db_2
    drates1 -= predators * prey * db_2
    dpredators -= rates1 * prey * db_2
    # backprop k2 = f(t + h / 2, [a + h / 2 * b for a, b in zip(y, k1, strict=True)])  (2)
    dstart1 += dpredators
    db_1 += 0.05 * dpredators
    dstart0 += dprey
    db += 0.05 * dprey
    # backprop return [alpha * prey - beta * prey * predators, delta * prey * predators - gamma ...  (1)
    drates2 += start1 * start0 * db_1
    dstart0 += start1 * rates2 * db_1
    dstart1 += (rates2 * start0 - rates3) * db_1
    drates3 -= start1 * db_1
    drates0 += start0 * db
    dstart0 += (rates0 - start1 * rates1) * db
    drates1 -= start1 * start0 * db
    dstart1 -= rates1 * start0 * db
    return result, ((drates0, drates1, drates2, drates3), (dstart0, dstart1))
